import type { Slice } from '../slices.js'

/** Keeps the slowest of all slices that it is given. */
export class Slowest {
	/** The slowest one first. */
	readonly slices: Slice[] = []
	readonly #max: number

	constructor(max: number) {
		this.#max = max
	}

	add(slice: Slice): void {
		const { slices } = this
		const took = slice.end - slice.start
		if (this.#max === 0 || (slices.length === this.#max && took <= durationOf(slices.at(-1)!))) return
		// Most slices are faster than these.
		let at = slices.length
		while (at > 0 && durationOf(slices[at - 1]!) < took) at--
		slices.splice(at, 0, slice)
		if (slices.length > this.#max) slices.pop()
	}
}

function durationOf({ start, end }: Slice): number {
	return end - start
}
