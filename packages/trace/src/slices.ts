import type { TraceItem, TraceSignal, TraceTrack } from './read/items.js'
import type { TraceArgs } from './read/values.js'

/** A slice: what happened from one event to another. */
export interface Slice {
	readonly category: string
	readonly name: string
	/** Id of the event that began it. */
	readonly id: string
	readonly track: TraceTrack
	/** Nanoseconds since the start of the trace. */
	readonly start: number
	/** Nanoseconds since the start of the trace. While the slice is open, and if it has no end, the last time known of its thread. */
	readonly end: number
	/** Whether its end was recorded. */
	readonly ended: boolean
	/** Arguments of the event that began it. */
	readonly args: TraceArgs
	/** Arguments of the event that ended it. */
	readonly endArgs: TraceArgs
	/** The slice that it is in: the innermost one on the same track, else the one in whose asynchronous context it began. */
	readonly parent: Slice | null
	/** How many slices of its track it is in. */
	readonly depth: number
	/** 1 for the first one. Numbers the slices of a trace in the order in which they began. */
	readonly number: number
	/** Nanoseconds of it in which no slice that it is the parent of was open. Complete once the slice is over. */
	readonly self: number
}

/** Items, and the slices that they belong to. */
export interface SliceBatch {
	readonly items: readonly TraceItem[]
	/**
	 * For each item a slice or null: for a begin the slice that begins (null if it only repeats, at the start of a segment, what is open), for an end the slice that ends (null if it goes
	 * on in the next segment, or its begin is not known), for an instant or a counter the innermost slice of its track.
	 */
	readonly slices: readonly (Slice | null)[]
	/** Slices of which it is known now that they have no end, inner ones first. */
	readonly unfinished: readonly Slice[]
}

/** Items in order, and the time of day at their time 0 as soon as that is known. */
export interface TraceBatches {
	readonly wallStart: bigint | null
	batches(): AsyncIterable<readonly TraceItem[]>
}

/** One object from begin to end: there are millions, and a copy for the end would cost more than all the rest. */
interface Tracked extends Slice {
	readonly parent: Tracked | null
	/** How many slices it is in, on all tracks. */
	readonly level: number
	end: number
	ended: boolean
	endArgs: TraceArgs
	/** While it is open, what is known so far: the time that slices in it took, of which `inside` are open since `since`. */
	self: number
	covered: number
	inside: number
	since: number
	/** Its segment is over. It may go on in the next one. */
	suspended: boolean
}

/** Tracks that are remembered though nothing is open on them: those of a program are used again and again. */
const mostIdle = 1000
/** A slice holds on to its parents, and those that each begin the next one might go on for ever: then one in so many has no parent. */
const mostLevels = 1000
/** Slices that are open; those that began first are given up when there are more. */
const mostOpen = 100_000

/**
 * Pairs begins and ends, joins the pieces of slices that go on over several segments, and finds the parents of slices. {@link slicesOf} does it for a whole trace.
 *
 * Holds the slices that are open, and of those at most `limit`: the ones that began first are given up.
 */
export class Pairing {
	/** Ends without a begin, so far. */
	unmatched = 0
	/** Slices without an end, so far. */
	unfinished = 0
	readonly #limit: number
	/** Those with an open slice, in the order in which they got one. */
	readonly #tracks = new Map<TraceTrack, Tracked[]>()
	/** By thread: the last time. */
	readonly #last = new Map<TraceTrack, number>()
	#left: Tracked[] = []
	#open = 0
	#count = 0

	constructor(limit: number = mostOpen) {
		this.#limit = limit
	}

	/** How many slices are open. */
	get open(): number {
		return this.#open
	}

	/** Pair what comes next. */
	take(items: readonly TraceItem[]): SliceBatch {
		this.#left = []
		const slices: (Slice | null)[] = []
		let thread: TraceTrack | null = null
		let last = 0
		for (const item of items) {
			let slice: Slice | null = null
			if ('track' in item) {
				const home = threadOf(item.track)
				if (home !== thread) {
					if (thread !== null) this.#last.set(thread, last)
					thread = home
				}
				last = item.time
				slice = item.type === 'begin' ? this.#begin(item) : item.type === 'end' ? this.#end(item) : this.#current(item.track)
			}
			slices.push(slice)
		}
		if (thread !== null) this.#last.set(thread, last)
		return { items, slices, unfinished: this.#left }
	}

	/** What is open when the trace ends has no end. */
	finish(): SliceBatch {
		this.#left = []
		for (const stack of this.#tracks.values()) this.#leave(stack, 0)
		return { items: [], slices: [], unfinished: this.#left }
	}

	#current(track: TraceTrack): Tracked | null {
		return this.#tracks.get(track)?.at(-1) ?? null
	}

	#begin(signal: TraceSignal): Tracked | null {
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
		let parent = stack.at(-1) ?? (signal.within === null ? null : this.#current(signal.within))
		if (parent !== null && parent.level >= mostLevels) parent = null
		const start = began ?? signal.time
		const slice: Tracked = {
			category,
			name,
			id,
			track,
			start,
			end: start,
			ended: false,
			args,
			endArgs: args,
			parent,
			depth: stack.length,
			level: parent === null ? 0 : parent.level + 1,
			number: ++this.#count,
			self: 0,
			covered: 0,
			inside: 0,
			since: 0,
			suspended: false,
		}
		stack.push(slice)
		this.#open++
		if (parent !== null && parent.inside++ === 0) parent.since = Math.max(start, parent.start)
		return slice
	}

	#end(signal: TraceSignal): Tracked | null {
		const stack = this.#tracks.get(signal.track)
		const { name, category } = signal
		let depth = (stack?.length ?? 0) - 1
		const isOther = (slice: Tracked): boolean =>
			// Other tools' ends have no name: they end the innermost.
			(name !== '' && (slice.name !== name || slice.category !== category)) ||
			// The end of a segment closes one after the other, the innermost first.
			(signal.continues && slice.suspended)
		while (depth >= 0 && isOther(stack![depth]!)) depth--
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
		slice.ended = true
		slice.endArgs = signal.args
		over(slice, signal.time)
		return slice
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
			const slice = stack.pop()!
			this.#open--
			this.unfinished++
			over(slice, this.#last.get(threadOf(slice.track)) ?? slice.start)
			this.#left.push(slice)
		}
	}
}

/** Nothing more is to be found out about a slice. */
function over(slice: Tracked, time: number): void {
	const end = Math.max(slice.start, time)
	slice.end = end
	if (slice.inside > 0) slice.covered += Math.max(0, end - slice.since)
	slice.self = Math.max(0, end - slice.start - slice.covered)
	const { parent } = slice
	if (parent !== null && --parent.inside === 0) parent.covered += Math.max(0, end - parent.since)
}

/** The thread of a track, or the track itself if it has none. */
export function threadOf(track: TraceTrack): TraceTrack {
	return track.kind === 'thread' ? track : (track.parent ?? track)
}

/** `shop/db:query`: a slice by its name, with the trace package. */
export function sliceName({ category, name }: { readonly category: string; readonly name: string }): string {
	return category === '' ? name : `${category}:${name}`
}

/** The slices of a trace. Iterate over it for one slice after the other, or over {@link SliceReader.batches} for all items with their slices. */
export class SliceReader implements AsyncIterable<Slice> {
	readonly #trace: TraceBatches
	readonly #pairing: Pairing

	/** Use {@link slicesOf}. */
	constructor(trace: TraceBatches, limit?: number) {
		this.#trace = trace
		this.#pairing = new Pairing(limit)
	}

	/** Ends without a begin, so far. */
	get unmatched(): number {
		return this.#pairing.unmatched
	}

	/** Slices without an end, so far. */
	get unfinished(): number {
		return this.#pairing.unfinished
	}

	/**
	 * All items of the trace with their slices; last of all a batch without items that has the slices that were open.
	 *
	 * @throws as reading does, after that
	 */
	async *batches(): AsyncGenerator<SliceBatch, void, undefined> {
		let failure: { readonly error: unknown } | null = null
		try {
			for await (const items of this.#trace.batches()) yield this.#pairing.take(items)
		} catch (error) {
			failure = { error }
		}
		yield this.#pairing.finish()
		if (failure !== null) throw failure.error
	}

	/** Each slice when it is over, in the order of their ends. Those without an end are among them: see {@link Slice.ended}. */
	async *[Symbol.asyncIterator](): AsyncGenerator<Slice, void, undefined> {
		for await (const { items, slices, unfinished } of this.batches()) {
			for (let i = 0; i < items.length; i++) {
				const slice = slices[i]!
				if (slice !== null && items[i]!.type === 'end') yield slice
			}
			yield* unfinished
		}
	}
}

/**
 * The slices of a trace: begins and ends paired, over several segments too.
 *
 * @param limit so many slices may be open at a time; when there are more, the ones that began first are given up, as slices without an end
 * @example
 * import { readTrace } from '@tsgotrace/trace/read'
 * import { slicesOf } from '@tsgotrace/trace/slices'
 * for await (const slice of slicesOf(readTrace(process.argv[2] ?? new Uint8Array()))) console.log(slice.name, slice.end - slice.start)
 */
export function slicesOf(trace: TraceBatches, limit?: number): SliceReader {
	return new SliceReader(trace, limit)
}
