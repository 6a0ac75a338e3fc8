import type { HeapNode } from './heap.js'

/**
 * The place of an object's function, or its constructor, in its script; lines and columns count from 0, as in the file.
 */
export interface Location {
	readonly script: number
	readonly line: number
	readonly column: number
}

/** The rows of `locations`. */
export class Locations {
	readonly #rows: Uint32Array
	/** Rows sorted by node, if they are not sorted in the file. */
	readonly #order: Uint32Array | null

	constructor(rows: Uint32Array) {
		this.#rows = rows
		this.#order = sortedOrder(rows)
	}

	get count(): number {
		return this.#rows.length / 4
	}

	/** The node of a row, in the order of the nodes. */
	node(row: number): HeapNode {
		return this.#rows[4 * (this.#order === null ? row : this.#order[row]!)]!
	}

	of(node: HeapNode): Location | null {
		let low = 0
		let high = this.count
		while (low < high) {
			const middle = (low + high) >>> 1
			if (this.node(middle) < node) low = middle + 1
			else high = middle
		}
		if (low === this.count || this.node(low) !== node) return null
		const at = 4 * (this.#order === null ? low : this.#order[low]!)
		return { script: this.#rows[at + 1]!, line: this.#rows[at + 2]!, column: this.#rows[at + 3]! }
	}
}

function sortedOrder(rows: Uint32Array): Uint32Array | null {
	const count = rows.length / 4
	let sorted = true
	for (let row = 1; row < count && sorted; row++) sorted = rows[4 * row - 4]! <= rows[4 * row]!
	if (sorted) return null
	return Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => rows[4 * a]! - rows[4 * b]!)
}
