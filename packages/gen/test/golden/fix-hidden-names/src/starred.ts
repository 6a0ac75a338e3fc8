interface Opts {
	a: 1
}
class Private {
	private x = 1
}
export const q = 1
//trace:event traceStarred(m: Opts, p: Private)
