import type { Conversion, ConversionOptions } from '../conversion.js'
import type { TraceCount, TraceItem, TraceLoss, TraceSignal, TraceTrack } from '../read/items.js'
import type { TraceArgs } from '../read/values.js'
import { type Slice, slicesOf } from '../slices.js'
import { type Json, jsonArgs } from '../text/json.js'
import { jsonArgsText, jsonString } from '../text/jsontext.js'
import { textPid, uniquePid } from '../text/process.js'
import { lossText } from '../text/text.js'

/** The only category in which DevTools shows unknown events, in its track "Timings". */
const userTiming = 'blink.user_timing'

/** How a conversion to Chrome JSON shows slices that may overlap others of their thread. */
export interface ChromeOptions {
	/**
	 * `threads`, the default: each lane as a separate thread. `async`: as asynchronous events, which Perfetto shows
	 * beside their thread, DevTools in its track "Timings" without anything else, and speedscope not at all.
	 */
	readonly lanes?: 'async' | 'threads'
}

/** Chrome's JSON, for Perfetto, DevTools and speedscope. Perfetto can read a truncated file. */
export function chrome({ lanes = 'threads', note }: ChromeOptions & ConversionOptions = {}): Conversion {
	return async function* (trace) {
		const writer = new ChromeWriter(lanes)
		const reader = slicesOf(trace)
		for await (const { items, slices, unfinished } of reader.batches()) {
			let text = ''
			for (const [i, item] of items.entries()) text += writer.item(item, slices[i]!)
			for (const slice of unfinished) text += writer.unfinished(slice)
			yield text
		}
		yield writer.end()
		if (writer.samples > 0) note?.(`${writer.samples} samples of stacks were omitted`)
		if (reader.unfinished > 0) note?.(`${reader.unfinished} slices had no end`)
		if (reader.unmatched > 0) note?.(`${reader.unmatched} ends of slices without a begin were omitted`)
	}
}

const start = '{"displayTimeUnit":"ns","traceEvents":[\n'

class ChromeWriter {
	readonly #lanes: 'async' | 'threads'
	/** Tracks that have been named. Bounded by the tracks of the reader. */
	readonly #named = new WeakSet<object>()
	/** Left out: DevTools reads samples from separate files. */
	samples = 0
	#started = false
	#last: { readonly track: TraceTrack; readonly time: number } | null = null

	constructor(lanes: 'async' | 'threads') {
		this.#lanes = lanes
	}

	item(item: TraceItem, slice: Slice | null): string {
		switch (item.type) {
			case 'instant':
				return this.#instant(item)
			case 'begin':
				return slice === null ? '' : this.#begin(slice)
			case 'end':
				return slice === null ? '' : this.#end(slice)
			case 'counter':
				return this.#counter(item)
			case 'sample':
				this.samples++
				return ''
			case 'loss':
				return this.#loss(item)
			case 'recording':
			case 'declaration':
			case 'statistics':
			case 'cost':
			case 'stop':
				return ''
		}
	}

	/** DevTools does not show a slice without an end, nor does speedscope show one that is an X. */
	unfinished(slice: Slice): string {
		return slice.track.kind !== 'thread' && this.#lanes === 'threads' ? this.#complete(slice, null, {}) : ''
	}

	end(): string {
		if (!this.#started) return `${start}\n]}\n`
		// The range that DevTools shows ends with the last event that is not asynchronous.
		const last =
			this.#lanes === 'async' && this.#last !== null
				? this.#line(
						event('end of the trace', 'tsgotrace', 'I', ',"s":"g"', place(this.#last.track), this.#last.time, '{}'),
					)
				: ''
		return `${last}\n]}\n`
	}

	#instant({ time, track, id, category, args }: TraceSignal): string {
		return this.#event(event(id, category, 'I', ',"s":"t"', place(track), time, jsonArgsText(args)), track, time)
	}

	#begin(slice: Slice): string {
		if (slice.track.kind !== 'thread' && this.#lanes === 'threads') return ''
		return this.#side(slice, slice.start, 'B', 'b', slice.args)
	}

	#end(slice: Slice): string {
		if (slice.track.kind !== 'thread' && this.#lanes === 'threads')
			return this.#complete(slice, slice.end, jsonArgs(slice.endArgs))
		return this.#side(slice, slice.end, 'E', 'e', slice.endArgs)
	}

	/** One of the two ends of a slice: on a thread, or asynchronous on a lane. */
	#side(slice: Slice, time: number, ofThread: string, ofLane: string, args: TraceArgs): string {
		const { track, name, category, number } = slice
		const text =
			track.kind === 'thread'
				? event(name, category, ofThread, '', place(track), time, jsonArgsText(args))
				: event(name, userTiming, ofLane, `,"id":"0x${number.toString(16)}"`, place(track), time, jsonArgsText(args))
		return this.#event(text, track, time)
	}

	/** A slice as one event; without an end it has no duration. */
	#complete(slice: Slice, end: number | null, endArgs: Record<string, Json>): string {
		const { track, name, category, start } = slice
		const own = { pid: uniquePid(track.process), tid: Number(track.id) }
		const args = JSON.stringify({ ...jsonArgs(slice.args), ...endArgs })
		const text =
			end === null
				? event(name, category, 'B', '', own, start, args)
				: event(name, category, 'X', `,"dur":${us(end - start)}`, own, start, args)
		return this.#event(text, track, start)
	}

	#counter({ time, track, id, category, value }: TraceCount): string {
		return this.#event(
			event(id, category, 'C', '', place(track), time, JSON.stringify({ value: Number(value) })),
			track,
			time,
		)
	}

	#loss({ time, events, reason }: TraceLoss): string {
		if (this.#last === null || time === null) return ''
		return this.#line(
			event(lossText(events, reason), 'tsgotrace', 'I', ',"s":"g"', place(this.#last.track), time, '{}'),
		)
	}

	/** An event, preceded by what must come before it. */
	#event(event: string, track: TraceTrack, time: number): string {
		this.#last = { track, time }
		// With it, DevTools treats the trace as one of a browser, and shows no unknown threads. Without it, DevTools shows
		// no asynchronous events.
		const first = this.#started || this.#lanes === 'threads' ? '' : this.#line(JSON.stringify(started(track, time)))
		return first + this.#names(track) + this.#line(event)
	}

	#line(json: string): string {
		const before = this.#started ? ',\n' : start
		this.#started = true
		return before + json
	}

	#names(track: TraceTrack): string {
		if (this.#named.has(track)) return ''
		this.#named.add(track)
		const { process } = track
		const pid = uniquePid(process)
		let text = track.parent === null ? '' : this.#names(track.parent)
		const name = (ph: string, what: string | null, tid: number): void => {
			if (what !== null) text += this.#line(JSON.stringify({ name: ph, ph: 'M', pid, tid, args: { name: what } }))
		}
		if (process !== null && !this.#named.has(process)) {
			this.#named.add(process)
			name(
				'process_name',
				process.instance === 0 ? process.name : `${process.name ?? 'process'} (${textPid(process)})`,
				0,
			)
		}
		if (track.kind === 'thread') name('thread_name', track.name, track.tid ?? 0)
		else if (track.kind === 'lane' && this.#lanes === 'threads') name('thread_name', track.name, Number(track.id))
		return text
	}
}

interface ThreadIds {
	readonly pid: number
	readonly tid: number
}

function place(track: TraceTrack): ThreadIds {
	return { pid: uniquePid(track.process), tid: track.tid ?? 0 }
}

/** An event of the format. @param more further fields */
function event(
	name: string,
	category: string,
	ph: string,
	more: string,
	{ pid, tid }: ThreadIds,
	time: number,
	args: string,
): string {
	return `{"name":${jsonString(name)},"cat":${jsonString(category)},"ph":"${ph}"${more},"pid":${pid},"tid":${tid},"ts":${us(time)},"args":${args}}`
}

/** The first events of a recording of a browser. */
function started(track: TraceTrack, time: number): object {
	const pid = uniquePid(track.process)
	const frames = [{ frame: '1', url: track.process?.name ?? 'trace', name: '', processId: pid }]
	return {
		name: 'TracingStartedInBrowser',
		cat: 'disabled-by-default-devtools.timeline',
		ph: 'I',
		s: 't',
		pid,
		tid: track.tid ?? 0,
		ts: us(time),
		args: { data: { frameTreeNodeId: 1, persistentIds: true, frames } },
	}
}

/** Microseconds, exact to the nanosecond. */
function us(ns: number): number {
	return Math.round(ns) / 1000
}
