/** Slices and instants as they come, in columns that grow. */
export class Intervals {
	length = 0
	start: Float64Array = new Float64Array(1024)
	end: Float64Array = new Float64Array(1024)
	name: Uint32Array = new Uint32Array(1024)
	depth: Uint8Array = new Uint8Array(1024)
	/** The row that it is in. */
	row: Uint32Array = new Uint32Array(1024)
	/** Number of the outermost slice on its track. */
	root: Float64Array = new Float64Array(1024)

	/** @returns its index */
	add(row: number, start: number, end: number, name: number, depth: number, root: number): number {
		if (this.length === this.start.length) this.#grow()
		const i = this.length++
		this.row[i] = row
		this.start[i] = start
		this.end[i] = end
		this.name[i] = name
		this.depth[i] = Math.min(depth, 255)
		this.root[i] = root
		return i
	}

	#grow(): void {
		const size = this.start.length * 2
		this.start = larger(this.start, new Float64Array(size))
		this.end = larger(this.end, new Float64Array(size))
		this.name = larger(this.name, new Uint32Array(size))
		this.depth = larger(this.depth, new Uint8Array(size))
		this.row = larger(this.row, new Uint32Array(size))
		this.root = larger(this.root, new Float64Array(size))
	}
}

function larger<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
	to.set(from)
	return to
}
