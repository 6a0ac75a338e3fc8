import type { Slice } from '../slices.js'

/** Keeps the slowest of all slices that it is given. */
export class Slowest {
	/** The slowest one first. */
	readonly slices: Slice[] = []
	readonly #most: number

	constructor(most: number) {
		this.#most = most
	}

	add(slice: Slice): void {
		const { slices } = this
		const took = slice.end - slice.start
		if (this.#most === 0 || (slices.length === this.#most && took <= durationOf(slices.at(-1)!))) return
		// Most slices are faster than these.
		let at = slices.length
		while (at > 0 && durationOf(slices[at - 1]!) < took) at--
		slices.splice(at, 0, slice)
		if (slices.length > this.#most) slices.pop()
	}
}

function durationOf({ start, end }: Slice): number {
	return end - start
}
