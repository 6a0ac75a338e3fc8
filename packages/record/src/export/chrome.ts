import type { TraceCount, TraceItem, TraceLoss, TraceSignal, TraceTrack } from '../read/items.js'
import { type OpenSlice, Slices } from '../read/slices.js'
import type { Conversion } from './conversion.js'
import { jsonArgs } from './json.js'
import { lossText } from './line.js'
import { textPid, uniquePid } from './process.js'

/** The only category of which DevTools shows what it does not know by name, in its track "Timings". */
const userTiming = 'blink.user_timing'

/** How a conversion to Chrome JSON shows slices that may overlap others of their thread. */
export interface ChromeOptions {
	/**
	 * `async`: as asynchronous events, which Perfetto and DevTools show and speedscope does not. `threads`: each lane as a thread of its
	 * own, which Perfetto and speedscope show and DevTools does not.
	 */
	readonly lanes?: 'async' | 'threads'
}

/** Chrome's JSON, for Perfetto, DevTools and speedscope. A file that is cut can still be read by the first. */
export function chrome(options: ChromeOptions = {}): Conversion {
	return new Chrome(options.lanes ?? 'async')
}

class Chrome implements Conversion {
	readonly notes: string[] = []
	readonly #lanes: 'async' | 'threads'
	readonly #slices = new Slices()
	/** What has been named. Bounded with the tracks of the reader, of which it holds no more. */
	readonly #named = new WeakSet<object>()
	#started = false

	constructor(lanes: 'async' | 'threads') {
		this.#lanes = lanes
	}

	take(item: TraceItem): string {
		switch (item.type) {
			case 'instant':
				return this.#instant(item)
			case 'begin':
				return this.#begin(item)
			case 'end':
				return this.#end(item)
			case 'counter':
				return this.#counter(item)
			case 'loss':
				return this.#loss(item)
			case 'recording':
			case 'declaration':
			case 'statistics':
			case 'stop':
				return ''
		}
	}

	*end(): Generator<string, void, undefined> {
		if (!this.#started) yield '{"displayTimeUnit":"ns","traceEvents":[\n'
		// The slices that were open: without an end, DevTools would not show them, nor speedscope where they are X.
		if (this.#lanes === 'threads')
			for (const slice of this.#slices.open()) if (slice.track.kind !== 'thread') yield this.#complete(slice, null, {})
		yield '\n]}\n'
		const { unfinished, unmatched } = this.#slices
		if (unfinished > 0) this.notes.push(`${unfinished} slices had no end`)
		if (unmatched > 0) this.notes.push(`${unmatched} ends of slices without a begin were left out`)
	}

	#instant({ time, track, id, category, args }: TraceSignal): string {
		return this.#event({ name: id, cat: category, ph: 'i', s: 't', ...this.#place(track), ts: us(time), args: jsonArgs(args) }, track, time)
	}

	#begin(item: TraceSignal): string {
		const slice = this.#slices.begin(item)
		if (slice === null) return ''
		const { track, name, category } = slice
		const args = jsonArgs(slice.args)
		const common = { ...this.#place(track), ts: us(slice.start), args }
		if (track.kind === 'thread') return this.#event({ name, cat: category, ph: 'B', ...common }, track, slice.start)
		if (this.#lanes === 'threads') return ''
		return this.#event({ name, cat: userTiming, ph: 'b', id: `0x${slice.number.toString(16)}`, ...common }, track, slice.start)
	}

	#end(item: TraceSignal): string {
		const slice = this.#slices.end(item)
		if (slice === null) return ''
		const { track, name, category, end } = slice
		const args = jsonArgs(slice.endArgs)
		const common = { ...this.#place(track), ts: us(end), args }
		if (track.kind === 'thread') return this.#event({ name, cat: category, ph: 'E', ...common }, track, end)
		if (this.#lanes === 'threads') return this.#complete(slice, end, args)
		return this.#event({ name, cat: userTiming, ph: 'e', id: `0x${slice.number.toString(16)}`, ...common }, track, end)
	}

	/** A slice in one piece; without an end it has no duration. */
	#complete(slice: OpenSlice, end: number | null, endArgs: object): string {
		const { track, name, category, start } = slice
		const place = { pid: uniquePid(track.process), tid: Number(track.id) }
		const common = { name, cat: category, ...place, ts: us(start), args: { ...jsonArgs(slice.args), ...endArgs } }
		return this.#event(end === null ? { ...common, ph: 'B' } : { ...common, ph: 'X', dur: us(end - start) }, track, start)
	}

	#counter({ time, track, id, category, value }: TraceCount): string {
		return this.#event(
			{ name: id, cat: category, ph: 'C', ...this.#place(track), ts: us(time), args: { value: Number(value) } },
			track,
			time,
		)
	}

	#loss({ time, events, reason }: TraceLoss): string {
		if (!this.#started || time === null) return ''
		return `,\n${JSON.stringify({ name: lossText(events, reason), cat: 'tsgotrace', ph: 'i', s: 'g', pid: 0, tid: 0, ts: us(time) })}`
	}

	#place(track: TraceTrack): { pid: number; tid: number } {
		return { pid: uniquePid(track.process), tid: track.tid ?? 0 }
	}

	/** An event, behind what has to come before it. */
	#event(event: object, track: TraceTrack, time: number): string {
		let text = ''
		if (!this.#started) {
			this.#started = true
			text += `{"displayTimeUnit":"ns","traceEvents":[\n${JSON.stringify(started(track, time))}`
		}
		return `${text}${this.#names(track)},\n${JSON.stringify(event)}`
	}

	#names(track: TraceTrack): string {
		if (this.#named.has(track)) return ''
		this.#named.add(track)
		const { process } = track
		const pid = uniquePid(process)
		let text = track.parent === null ? '' : this.#names(track.parent)
		const name = (ph: string, what: string | null, tid: number): void => {
			if (what !== null) text += `,\n${JSON.stringify({ name: ph, ph: 'M', pid, tid, args: { name: what } })}`
		}
		if (process !== null && !this.#named.has(process)) {
			this.#named.add(process)
			name('process_name', process.instance === 0 ? process.name : `${process.name ?? 'process'} (${textPid(process)})`, 0)
		}
		if (track.kind === 'thread') name('thread_name', track.name, track.tid ?? 0)
		else if (track.kind === 'lane' && this.#lanes === 'threads') name('thread_name', track.name, Number(track.id))
		return text
	}
}

/** Without it, DevTools takes the file for one of an old Chrome, and shows nothing of it. */
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
