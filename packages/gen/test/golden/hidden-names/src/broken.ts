interface Hidden {
	a: 1
}
//trace:event traceBroken(h: Hidden)
export const text = `never ended
