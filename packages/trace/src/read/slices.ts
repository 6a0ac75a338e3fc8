import type { TraceSignal, TraceTrack } from './items.js'
import type { TraceArgs } from './values.js'

/** A slice that has begun. */
export interface OpenSlice {
	readonly category: string
	readonly name: string
	/** Id of the event that began it. */
	readonly id: string
	readonly track: TraceTrack
	/** Nanoseconds since the start of the trace. */
	readonly start: number
	/** Arguments of the event that began it. */
	readonly args: TraceArgs
	/** The slice on the same track that it is in. */
	readonly parent: OpenSlice | null
	/** 1 for the first on a track. Numbers the slices of a trace in the order in which they began. */
	readonly number: number
	/** How many slices of the track it is in. */
	readonly depth: number
}

/** A slice with its end. */
export interface Slice extends OpenSlice {
	/** Nanoseconds since the start of the trace. */
	readonly end: number
	/** Arguments of the event that ended it. */
	readonly endArgs: TraceArgs
}

/** One object from begin to end: there are millions, and a copy for the end would cost more than all the rest. */
interface Tracked extends OpenSlice {
	end: number
	endArgs: TraceArgs
	/** Its segment is over. It may go on in the next one. */
	suspended: boolean
}

/** Tracks that are remembered though nothing is open on them: those of a program are used again and again. */
const mostIdle = 1000

/**
 * Pairs begins and ends, and joins the pieces of slices that go on over several segments.
 *
 * Holds the slices that are open, and of those at most `limit`: the ones that began first are given up.
 */
export class Slices {
	/** Ends without a begin. */
	unmatched = 0
	/** Slices without an end: given up, or left open by an enclosing one that ended. */
	unfinished = 0
	readonly #limit: number
	readonly #onUnfinished: (slice: OpenSlice) => void
	/** Those with an open slice, in the order in which they got one. */
	readonly #tracks = new Map<TraceTrack, Tracked[]>()
	#open = 0
	#count = 0

	/** @param onUnfinished is told of each slice that will have no end, the innermost first */
	constructor(limit = 100_000, onUnfinished: (slice: OpenSlice) => void = () => {}) {
		this.#limit = limit
		this.#onUnfinished = onUnfinished
	}

	/** The innermost open slice of a track. */
	current(track: TraceTrack): OpenSlice | null {
		return this.#tracks.get(track)?.at(-1) ?? null
	}

	/** @returns the slice that begins; null if it only goes on, as a new segment repeats what is open */
	begin(signal: TraceSignal): OpenSlice | null {
		const { category, name, id, track, began, args } = signal
		// Before anything else, as it may be this track that is given up.
		if (this.#open >= this.#limit) this.#giveUp()
		let stack = this.#tracks.get(track)
		if (began !== null) {
			const same = stack?.find(slice => slice.suspended && slice.name === name && slice.category === category)
			if (same !== undefined) {
				same.suspended = false
				return null
			}
		}
		if (stack === undefined) {
			stack = []
			this.#tracks.set(track, stack)
		}
		const parent = stack.at(-1) ?? null
		const start = began ?? signal.time
		const [number, depth] = [++this.#count, stack.length]
		const slice = { category, name, id, track, start, args, parent, number, depth, end: start, endArgs: args, suspended: false }
		stack.push(slice)
		this.#open++
		return slice
	}

	/** @returns the slice that ends; null if it goes on in the next segment, or if its begin was not recorded */
	end(signal: TraceSignal): Slice | null {
		const stack = this.#tracks.get(signal.track)
		const { name, category } = signal
		let depth = (stack?.length ?? 0) - 1
		// Other tools' ends have no name: they end the innermost.
		if (name !== '') while (depth >= 0 && (stack![depth]!.name !== name || stack![depth]!.category !== category)) depth--
		if (stack === undefined || depth < 0) {
			this.unmatched++
			return null
		}
		const slice = stack[depth]!
		if (signal.continues) {
			slice.suspended = true
			return null
		}
		this.#leave(stack, depth + 1)
		this.#open--
		stack.length = depth
		if (depth === 0 && this.#tracks.size > mostIdle) this.#tracks.delete(signal.track)
		slice.end = signal.time
		slice.endArgs = signal.args
		return slice
	}

	/** Those that are open, at the end of a trace. */
	*open(): Generator<OpenSlice, void, undefined> {
		for (const stack of this.#tracks.values()) yield* stack
	}

	#giveUp(): void {
		for (const [track, stack] of this.#tracks) {
			this.#tracks.delete(track)
			if (stack.length === 0) continue
			this.#leave(stack, 0)
			return
		}
	}

	/** Those from `depth` on have no end. */
	#leave(stack: Tracked[], depth: number): void {
		while (stack.length > depth) {
			this.#open--
			this.unfinished++
			this.#onUnfinished(stack.pop()!)
		}
	}
}
