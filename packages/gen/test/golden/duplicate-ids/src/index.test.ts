//trace:import "./net"
export {}
