// trace:event traceBom(a: Private)
interface Private {
	readonly x: 1
}
	/*
	 * trace:event traceBlock()
	 * trace:event traceBlockToo(): void
	 */
export const p: Private = { x: 1 }
