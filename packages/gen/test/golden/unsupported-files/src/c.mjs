//trace:import "hello"
