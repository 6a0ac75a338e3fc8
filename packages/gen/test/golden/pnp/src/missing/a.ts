//trace:import "zipped"
//trace:import "undeclared"
export {}
