import { build, type Histogram } from 'hdr-histogram-js'
import type { TraceItem, TraceProcess, TraceStatistics } from '../read/items.js'
import type { TraceArgs } from '../read/values.js'
import { type Slice, type SliceBatch, sliceName } from '../slices.js'
import { textValue } from '../text/text.js'
import { Slowest } from './slowest.js'

/** How many names are counted separately. All further ones are counted together, so that memory stays bounded. */
const maxEvents = 10_000
const maxSlices = 500
const others = '(others)'

/** An event, in all threads. */
export interface EventSummary {
	readonly id: string
	recorded: number
	bytes: number
}

/** What the recorders counted for an event, in all threads, since their start. */
export interface Signals {
	readonly id: string
	readonly signals: number
	readonly sampledOut: number
	readonly dropped: number
}

/** All slices with the same name. Times in nanoseconds. */
export interface SliceSummary {
	readonly id: string
	readonly histogram: Histogram
	/** How many took from 2^i to 2^(i+1) nanoseconds. */
	readonly powers: number[]
	min: number
	max: number
	total: number
	/** The part of {@link SliceSummary.total} in which no nested slice was open. */
	self: number
}

/** A thread, or all lanes in it of slices with the same name. */
export interface TrackSummary {
	readonly pid: number | null
	/** Name of the process, and its instance among those with the same id. */
	readonly process: string | null
	readonly instance: number
	readonly thread: string | null
	/** Null for the thread itself. */
	readonly lane: string | null
	slices: number
	/** Nanoseconds in which at least one of a track's slices was open, summed over the tracks. */
	busy: number
}

export interface CounterSummary {
	readonly id: string
	values: number
	min: number
	max: number
	last: number
}

/** Options of a summary. */
export interface SummaryOptions {
	/**
	 * Name of a parameter, such as `route`: slices and events are grouped by its value. It is an argument of the event
	 * itself, of the end of its slice, or of a slice that contains it.
	 */
	readonly by?: string
	/** How many of the slowest slices are kept, with their arguments. Default 0. */
	readonly slowest?: number
}

/**
 * Collects what `summary` shows. Its size depends on the number of different events, not on how often they happened.
 */
export class Summary {
	readonly events: Map<string, EventSummary> = new Map()
	readonly slices: Map<string, SliceSummary> = new Map()
	readonly tracks: Map<string, TrackSummary> = new Map()
	readonly counters: Map<string, CounterSummary> = new Map()
	readonly processes: Set<TraceProcess> = new Set()
	readonly losses: Map<string, { events: number; known: boolean }> = new Map()
	readonly ends: Map<string, number> = new Map()
	readonly slowest: Slowest
	first: number = Number.POSITIVE_INFINITY
	last: number = Number.NEGATIVE_INFINITY
	/** Slices that were still open at the end of the trace. */
	stillOpen = 0
	/** Other slices without an end. */
	unfinished = 0
	/** Ends without a begin. */
	unmatched = 0
	readonly #by: string | undefined
	readonly #statistics = new Map<string, TraceStatistics>()

	constructor({ by, slowest = 0 }: SummaryOptions = {}) {
		this.#by = by
		this.slowest = new Slowest(slowest)
	}

	take({ items, slices, unfinished }: SliceBatch): void {
		// The last batch of a trace has no items.
		if (items.length === 0) this.stillOpen += unfinished.length
		else this.unfinished += unfinished.length
		for (let i = 0; i < items.length; i++) this.#item(items[i]!, slices[i]!)
	}

	#item(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'instant':
			case 'sample':
				this.#count(item, slice, item.args)
				break
			case 'begin':
				// A segment repeats the begins of slices that were open already: those are not events.
				if (item.began === null) this.#count(item, slice, item.args)
				else this.#span(item.began)
				break
			case 'end':
				if (!item.continues) this.#count(item, slice, item.args)
				if (slice !== null) this.#slice(slice)
				else if (!item.continues) this.unmatched++
				break
			case 'counter':
				this.#count(item, slice, null)
				this.#counter(item.id, Number(item.value))
				break
			case 'statistics':
				this.#statistics.set(`${item.sequence} ${item.id}`, item)
				break
			case 'loss': {
				const loss = entry(this.losses, item.reason.replace(/ at byte.*/, ''), 100, () => ({ events: 0, known: true }))
				loss.events += item.events ?? 0
				loss.known &&= item.events !== null
				break
			}
			case 'stop':
				this.ends.set(item.reason, (this.ends.get(item.reason) ?? 0) + 1)
				break
			case 'recording':
			case 'declaration':
			case 'cost':
				break
		}
	}

	/** The counts of the recorders, by event. */
	signals(): Map<string, Signals> {
		const sums = new Map<string, { id: string; signals: number; sampledOut: number; dropped: number }>()
		for (const { id, signals, sampledOut, dropped } of this.#statistics.values()) {
			const sum = entry(sums, id, Number.POSITIVE_INFINITY, () => ({ id, signals: 0, sampledOut: 0, dropped: 0 }))
			sum.signals += signals
			sum.sampledOut += sampledOut
			sum.dropped += dropped
		}
		return sums
	}

	#span(time: number): void {
		if (time < this.first) this.first = time
		if (time > this.last) this.last = time
	}

	#count(item: Extract<TraceItem, { track: unknown }>, slice: Slice | null, args: TraceArgs | null): void {
		this.#span(item.time)
		if (item.track.process !== null) this.processes.add(item.track.process)
		const id = item.id === '' && slice !== null ? slice.id : item.id
		const event = entry(this.events, id + this.#group(args, slice), maxEvents, key => ({
			id: key,
			recorded: 0,
			bytes: 0,
		}))
		event.recorded++
		event.bytes += item.bytes
	}

	/** ` route="/cart"`: distinguishes entries with the same name. */
	#group(args: TraceArgs | null, slice: Slice | null): string {
		const by = this.#by
		if (by === undefined) return ''
		if (args !== null && by in args) return ` ${by}=${textValue(args[by])}`
		for (let s = slice; s !== null; s = s.parent) {
			const found = by in s.args ? s.args : by in s.endArgs ? s.endArgs : null
			if (found !== null) return ` ${by}=${textValue(found[by])}`
		}
		return ''
	}

	#slice(slice: Slice): void {
		const ns = Math.max(0, Math.round(slice.end - slice.start))
		const id = sliceName(slice) + this.#group(null, slice)
		const sum = entry(this.slices, id, maxSlices, emptySlices)
		sum.histogram.recordValue(ns)
		sum.powers[ns === 0 ? 0 : Math.floor(Math.log2(ns))]!++
		sum.total += ns
		sum.self += Math.round(slice.self)
		this.slowest.add(slice)
		if (ns < sum.min) sum.min = ns
		if (ns > sum.max) sum.max = ns

		const { track } = slice
		const thread = track.kind === 'thread' ? track : track.parent
		const lane = track === thread ? null : track.name
		const { pid = null, name: process = null, instance = 0 } = track.process ?? {}
		const key = `${pid} ${instance} ${String(thread?.id)} ${lane}`
		const sumOfTrack = entry(this.tracks, key, maxEvents, () => ({
			pid,
			process,
			instance,
			thread: thread?.name ?? null,
			lane,
			slices: 0,
			busy: 0,
		}))
		sumOfTrack.slices++
		// Nested slices add nothing.
		if (slice.depth === 0) sumOfTrack.busy += ns
	}

	#counter(id: string, value: number): void {
		const counter = entry(this.counters, id, maxEvents, () => ({ id, values: 0, min: value, max: value, last: value }))
		counter.values++
		counter.min = Math.min(counter.min, value)
		counter.max = Math.max(counter.max, value)
		counter.last = value
	}
}

function emptySlices(id: string): SliceSummary {
	const histogram = build({
		bitBucketSize: 32,
		autoResize: true,
		lowestDiscernibleValue: 1,
		highestTrackableValue: 2,
		numberOfSignificantValueDigits: 3,
	})
	return {
		id,
		histogram,
		powers: Array.from({ length: 64 }, () => 0),
		min: Number.POSITIVE_INFINITY,
		max: 0,
		total: 0,
		self: 0,
	}
}

/** The entry of `map` for `id`, created if missing; a shared one for all further ids, if there are too many. */
function entry<T>(map: Map<string, T>, id: string, max: number, make: (id: string) => T): T {
	const known = map.get(id)
	if (known !== undefined) return known
	const key = map.size < max ? id : others
	let made = map.get(key)
	if (made === undefined) map.set(key, (made = make(key)))
	return made
}

/** Seconds from the first to the last event. */
export function spanOf({ first, last }: Summary): number {
	return last > first ? (last - first) / 1e9 : 0
}

/** A percentile of durations. The histogram rounds up to the end of a bucket, which may exceed the longest duration. */
export function quantile(slices: SliceSummary, percent: number): number {
	return Math.min(slices.histogram.getValueAtPercentile(percent), slices.max)
}
