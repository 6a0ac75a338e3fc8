export {}
//trace:import "missing"
