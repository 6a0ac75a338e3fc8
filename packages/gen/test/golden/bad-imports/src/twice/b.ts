	//trace:import "has-events"
export {}
