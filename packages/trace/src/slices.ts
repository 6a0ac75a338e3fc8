import { OpenSlices } from './openslices.js'
import type { TraceItem, TraceSignal, TraceTrack } from './read/items.js'
import type { TraceArgs } from './read/values.js'

/** A slice: the time between its begin event and its end event. */
export interface Slice {
	readonly category: string
	readonly name: string
	/** Id of its begin event. */
	readonly id: string
	readonly track: TraceTrack
	/** Nanoseconds since the start of the trace. */
	readonly start: number
	/**
	 * Nanoseconds since the start of the trace. While the slice is open, and if it has no end, the last known time of its
	 * thread.
	 */
	readonly end: number
	/** Whether its end was recorded. */
	readonly ended: boolean
	/** Arguments of the begin event. */
	readonly args: TraceArgs
	/** Arguments of the end event. */
	readonly endArgs: TraceArgs
	/**
	 * The slice that contains it: the innermost open slice of its track, otherwise the slice in whose asynchronous
	 * context it began.
	 */
	readonly parent: Slice | null
	/** How many slices of its track contain it. */
	readonly depth: number
	/** A number from 1 on, in the order in which the slices of the trace began. */
	readonly number: number
	/** Nanoseconds in which no slice whose parent it is was open. Final once the slice is over. */
	readonly self: number
}

/** Items, and the slices that they belong to. */
export interface SliceBatch {
	readonly items: readonly TraceItem[]
	/**
	 * For each item a slice or null. For a begin: the slice that begins (null if it only repeats, at the start of a
	 * segment, a begin of an earlier one). For an end: the slice that ends (null if it continues in the next segment, or
	 * its begin is unknown). For an instant or a counter: the innermost slice of its track.
	 */
	readonly slices: readonly (Slice | null)[]
	/** Slices of which it is now known that they have no end, inner slices first. */
	readonly unfinished: readonly Slice[]
	/** For each of these the index of the item by which that is known. Empty in the last batch, which has no items. */
	readonly unfinishedBy: readonly number[]
}

/** Items in order, and the time of day at their time 0, once it is known. */
export interface TraceBatches {
	readonly wallStart: bigint | null
	batches(): AsyncIterable<readonly TraceItem[]>
}

/**
 * One object from begin to end: there are millions of slices, and a copy at the end would cost more than everything
 * else.
 */
interface Tracked extends Slice {
	readonly parent: Tracked | null
	/** The name that its end has. */
	readonly pair: string
	/** How many slices contain it, on all tracks. */
	readonly level: number
	end: number
	ended: boolean
	endArgs: TraceArgs
	/** While it is open: the time that nested slices have taken so far, of which `inside` are open since `since`. */
	self: number
	covered: number
	inside: number
	since: number
	/** Its segment is over. It may continue in the next one. */
	suspended: boolean
}

/**
 * A slice refers to its parents, and a chain of slices that each begin the next could go on forever. So one slice in a
 * fixed number has no parent.
 */
const maxLevels = 1000
/** How many slices may be open; beyond that, those that began first are given up. */
const maxOpen = 100_000

/**
 * Pairs begins and ends, joins the pieces of slices that continue over several segments, and finds the parents of
 * slices. {@link slicesOf} does this for a whole trace.
 *
 * Keeps at most `limit` open slices: beyond that, those that began first are given up.
 */
export class Pairing {
	/** Ends without a begin, so far. */
	unmatched = 0
	/** Slices without an end, so far. */
	unfinished = 0
	readonly #limit: number
	readonly #tracks = new OpenSlices<Tracked>()
	/** The last time, by thread; that of the latest thread is beside it. */
	readonly #last = new Map<TraceTrack, number>()
	#thread: TraceTrack | null = null
	#time = 0
	#left: Tracked[] = []
	#open = 0
	#count = 0

	constructor(limit: number = maxOpen) {
		this.#limit = limit
	}

	/** How many slices are open. */
	get open(): number {
		return this.#open
	}

	/** Slices that have not ended yet, of each track the outermost first. */
	*unended(): Iterable<Slice> {
		for (const stack of this.#tracks) yield* stack
	}

	/** Pair the next items. */
	take(items: readonly TraceItem[]): SliceBatch {
		this.#left = []
		const slices: (Slice | null)[] = []
		const unfinishedBy: number[] = []
		for (const item of items) {
			let slice: Slice | null = null
			if ('track' in item) {
				const home = threadOf(item.track)
				if (home !== this.#thread) {
					if (this.#thread !== null) this.#last.set(this.#thread, this.#time)
					this.#thread = home
				}
				this.#time = item.time
				slice =
					item.type === 'begin' ? this.#begin(item) : item.type === 'end' ? this.#end(item) : this.#current(item.track)
			}
			while (unfinishedBy.length < this.#left.length) unfinishedBy.push(slices.length)
			slices.push(slice)
		}
		return { items, slices, unfinished: this.#left, unfinishedBy }
	}

	/** At the end of the trace, slices that are open have no end. */
	finish(): SliceBatch {
		this.#left = []
		for (const stack of this.#tracks) this.#leave(stack, 0)
		return { items: [], slices: [], unfinished: this.#left, unfinishedBy: [] }
	}

	#current(track: TraceTrack): Tracked | null {
		return this.#tracks.of(track)?.at(-1) ?? null
	}

	#begin(signal: TraceSignal): Tracked | null {
		const { category, name, id, track, began, args, pair = name } = signal
		// First of all, because this track may be the one that is given up.
		if (this.#open >= this.#limit) this.#giveUp()
		const stack = this.#tracks.of(track)
		if (began !== null) {
			const same = stack?.find(slice => slice.suspended && slice.pair === pair && slice.category === category)
			if (same !== undefined) {
				same.suspended = false
				return null
			}
		}
		let parent = stack?.at(-1) ?? (signal.within === null ? null : this.#current(signal.within))
		if (parent !== null && parent.level >= maxLevels) parent = null
		const start = began ?? signal.time
		const slice: Tracked = {
			category,
			name,
			pair,
			id,
			track,
			start,
			end: start,
			ended: false,
			args,
			endArgs: args,
			parent,
			depth: stack?.length ?? 0,
			level: parent === null ? 0 : parent.level + 1,
			number: ++this.#count,
			self: 0,
			covered: 0,
			inside: 0,
			since: 0,
			suspended: false,
		}
		this.#tracks.push(slice, stack)
		this.#open++
		if (parent !== null && parent.inside++ === 0) parent.since = Math.max(start, parent.start)
		return slice
	}

	#end(signal: TraceSignal): Tracked | null {
		const stack = this.#tracks.of(signal.track)
		const { name, category } = signal
		let depth = (stack?.length ?? 0) - 1
		const isOther = (slice: Tracked): boolean =>
			// Ends written by other tools have no name: they end the innermost slice.
			(name !== '' && (slice.pair !== name || slice.category !== category)) ||
			// The end of a segment closes its slices one after the other, the innermost first.
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
		if (depth === 0) this.#tracks.emptied()
		slice.ended = true
		slice.endArgs = signal.args
		over(slice, signal.time)
		return slice
	}

	#giveUp(): void {
		const stack = this.#tracks.oldest()
		if (stack === undefined) return
		this.#leave(stack, 0)
		this.#tracks.emptied()
	}

	/** The slices from `depth` on have no end. */
	#leave(stack: Tracked[], depth: number): void {
		while (stack.length > depth) {
			const slice = stack.pop()!
			this.#open--
			this.unfinished++
			const thread = threadOf(slice.track)
			over(slice, (thread === this.#thread ? this.#time : this.#last.get(thread)) ?? slice.start)
			this.#left.push(slice)
		}
	}
}

/** Nothing more will be known about a slice. */
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

/** `shop/db:query`: the name of a slice, with its trace package. */
export function sliceName({ category, name }: { readonly category: string; readonly name: string }): string {
	return category === '' ? name : `${category}:${name}`
}

/**
 * The slices of a trace. Iterate over it to get one slice after the other, or over {@link SliceReader.batches} for all
 * items with their slices.
 */
export class SliceReader implements AsyncIterable<Slice> {
	readonly #trace: TraceBatches
	readonly #pairing: Pairing

	/** Use {@link slicesOf}. */
	constructor(trace: TraceBatches, limit?: number) {
		mustBeTrace(trace)
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
	 * All items of the trace with their slices. The last batch has no items, but the slices that were still open.
	 *
	 * @throws like reading, after that batch
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

	/**
	 * Each slice when it is over, in the order of their ends, including those without an end: see {@link Slice.ended}.
	 */
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
 * The slices of a trace: begins and ends are paired, across segments too.
 *
 * @param limit how many slices may be open at a time; beyond that, those that began first become slices without an end
 * @throws TypeError if `trace` is not a trace
 * @example
 * import { readTrace } from '@tsgotrace/trace/read'
 * import { slicesOf } from '@tsgotrace/trace/slices'
 * const trace = readTrace(process.argv[2] ?? new Uint8Array())
 * for await (const { name, start, end } of slicesOf(trace)) console.log(name, end - start)
 */
export function slicesOf(trace: TraceBatches, limit?: number): SliceReader {
	return new SliceReader(trace, limit)
}

/** Nothing that reads a trace takes a path itself. @throws TypeError */
export function mustBeTrace(trace: unknown): void {
	if (typeof (trace as TraceBatches | null | undefined)?.batches === 'function') return
	throw new TypeError(
		`a trace is expected, such as readTrace('app.perfetto-trace'), not ${typeof trace === 'string' ? `'${trace}'` : typeof trace}`,
	)
}
