//trace:import ".."
export {}
