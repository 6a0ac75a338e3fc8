//trace:event traceDefault(it: Default | null)
export default class Default {
	readonly radius: number = 0
}
