//trace:import "has-events"
//trace:import again "has-events"
//trace:import "has-events/net"
//trace:import net "bad-imports/net"
//trace:import "../net"
//trace:import other "../net"
export {}
