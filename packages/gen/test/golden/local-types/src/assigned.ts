class Late {
	readonly late: number = 1
}
//trace:event traceAssigned(it: Late)
export default Late
