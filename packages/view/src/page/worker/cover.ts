/** Add a share of 1 for pixels from `x0` to `x1`, as differences from one pixel to the next. */
export function addCover(sums: Float64Array, x0: number, x1: number, width: number): void {
	const p0 = Math.min(width - 1, Math.floor(x0))
	const p1 = Math.min(width - 1, Math.floor(x1))
	if (p0 === p1) {
		sums[p0]! += x1 - x0
		sums[p0 + 1]! -= x1 - x0
		return
	}
	const left = p0 + 1 - x0
	const right = x1 - p1
	sums[p0]! += left
	sums[p0 + 1]! += 1 - left
	sums[p1]! += right - 1
	sums[p1 + 1]! -= right
}
