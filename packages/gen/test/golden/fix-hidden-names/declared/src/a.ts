const value = { a: 1 }
interface Hidden {
	a: 1
}
export const q = 1
//trace:event traceValue(v: typeof value, h: Hidden)
