// One that exports its trace types, one that does not, and a trace package in a directory of another.
//trace:import "typed"
//trace:import untyped "@scope/un-typed"
//trace:import "typed/net"
export {}
