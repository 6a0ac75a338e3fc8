// A test file has imports of its own.
//trace:import "has-events"
export {}
