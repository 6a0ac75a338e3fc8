// No relative import shows how they end here: the options of the compiler decide.
//trace:event traceMade(thing: Thing)
export interface Thing {
	readonly made: true
}
