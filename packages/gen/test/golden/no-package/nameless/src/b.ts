//trace:import "hello"
export {}
