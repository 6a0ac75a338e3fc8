import type { TraceTrack } from './read/items.js'

/** How many tracks without an open slice are remembered at least: the tracks of a program are used again and again. */
const minIdle = 1000

/** What is kept of an open slice. */
interface KeptSlice {
	readonly track: TraceTrack
	/** Different for each slice. */
	readonly number: number
}

/**
 * The open slices of each track, the outermost first.
 *
 * A track that is used again and again is not deleted and added each time: a Map finds a key the more slowly the more
 * often it was deleted from it, until it is copied.
 */
export class OpenSlices<S extends KeptSlice> {
	#stacks = new Map<TraceTrack, S[]>()
	/** Tracks with an open slice. */
	#busy = 0
	/**
	 * Tracks in the order in which their outermost slices began, with the numbers of these. Those that are over are left
	 * out when it is copied. It does not hold the slices themselves: V8 would keep a thousand that are over, move them
	 * to its old generation, and let its heap grow.
	 */
	#began: S[][] = []
	#numbers: number[] = []
	#first = 0

	/** The open slices of a track; undefined if it has had none for long. */
	of(track: TraceTrack): S[] | undefined {
		return this.#stacks.get(track)
	}

	/** Add a slice to those of its track. @param stack what {@link OpenSlices.of} returned for it */
	push(slice: S, stack: S[] | undefined): void {
		if (stack === undefined) this.#stacks.set(slice.track, (stack = [slice]))
		else stack.push(slice)
		if (stack.length > 1) return
		this.#busy++
		this.#began.push(stack)
		this.#numbers.push(slice.number)
		if (this.#began.length - this.#first > 2 * this.#busy + minIdle || this.#first > this.#began.length / 2)
			this.#compact()
	}

	/** The last open slice of a track is over. Call it once the stack is empty. */
	emptied(): void {
		this.#busy--
		// Twice as many tracks as have slices: then each sweep is paid for by as many ends.
		if (this.#stacks.size > 2 * this.#busy + minIdle)
			this.#stacks = new Map([...this.#stacks].filter(([, { length }]) => length > 0))
	}

	/** The track whose outermost slice began first. */
	oldest(): S[] | undefined {
		while (this.#first < this.#began.length) {
			const stack = this.#began[this.#first]!
			if (stack[0]?.number === this.#numbers[this.#first++]) return stack
		}
		return undefined
	}

	[Symbol.iterator](): Iterator<S[]> {
		return this.#stacks.values()
	}

	#compact(): void {
		let kept = 0
		for (let i = this.#first; i < this.#began.length; i++) {
			const stack = this.#began[i]!
			const number = this.#numbers[i]!
			if (stack[0]?.number !== number) continue
			this.#began[kept] = stack
			this.#numbers[kept++] = number
		}
		this.#began.length = this.#numbers.length = kept
		this.#first = 0
	}
}
