//trace:import "template"
