import type { TraceItem, TraceSignal, TraceTrack } from '../read/items.js'
import type { Conversion } from './conversion.js'
import { textPid } from './process.js'
import { Spill } from './spill.js'

/** A frame is a slice by its name; others than so many share one. */
const mostFrames = 100_000

interface Lane {
	readonly name: string
	/** Frames of the slices that are open. */
	readonly open: number[]
	first: number
	last: number
	events: number
}

/**
 * speedscope's own format, one profile a thread and a lane. It has slices only: no instants, counters or arguments.
 *
 * Its profiles stand one after the other, while those of a trace run beside each other: they are put together in a temporary file.
 */
export function speedscope(): Conversion {
	return new Speedscope()
}

class Speedscope implements Conversion {
	readonly notes: string[] = []
	readonly #spill = new Spill<Lane>()
	readonly #lanes = new Map<TraceTrack, Lane>()
	readonly #frames = new Map<string, number>()
	#leftOut = 0

	take(item: TraceItem): string {
		if (item.type === 'begin') this.#begin(item)
		else if (item.type === 'end') this.#end(item)
		else if (item.type === 'instant' || item.type === 'counter') this.#leftOut++
		return ''
	}

	/** Whether {@link Speedscope.settle} is due. */
	full = false

	async settle(): Promise<void> {
		this.full = false
		await this.#spill.flush()
	}

	async *end(): AsyncGenerator<string | Uint8Array, void, undefined> {
		try {
			yield '{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"tsgotrace","profiles":['
			let separator = ''
			for (const lane of this.#spill.keys) {
				// What was open when the trace ended.
				while (lane.open.length > 0) this.#close(lane, lane.last)
				yield `${separator}\n${JSON.stringify({ type: 'evented', name: lane.name, unit: 'nanoseconds', startValue: lane.first, endValue: lane.last }).slice(0, -1)},"events":[`
				yield* this.#spill.read(lane)
				yield ']}'
				separator = ','
			}
			yield `],\n"shared":{"frames":${JSON.stringify([...this.#frames.keys()].map(name => ({ name })))}}}\n`
		} finally {
			await this.#spill.close()
		}
		if (this.#leftOut > 0) this.notes.push(`${this.#leftOut} events that are no slices were left out: speedscope has nothing for them`)
	}

	#lane(track: TraceTrack, time: number): Lane {
		let lane = this.#lanes.get(track)
		if (lane === undefined) {
			const thread = track.kind === 'thread' ? track : track.parent
			const name = `${track.process?.name ?? 'process'} ${textPid(track.process)}, ${thread?.name ?? 'thread'}${track === thread ? '' : `: ${track.name ?? ''}`}`
			lane = { name, open: [], first: time, last: time, events: 0 }
			this.#lanes.set(track, lane)
		}
		return lane
	}

	#begin(item: TraceSignal): void {
		const lane = this.#lane(item.track, item.time)
		const frame = this.#frame(item.category === '' ? item.name : `${item.category}:${item.name}`)
		// A new segment repeats what is open.
		if (item.began !== null && lane.open.includes(frame)) return
		lane.open.push(frame)
		this.#event(lane, 'O', frame, Math.max(lane.last, item.began ?? item.time))
	}

	#end(item: TraceSignal): void {
		const lane = this.#lanes.get(item.track)
		if (lane === undefined || item.continues) return
		const depth =
			item.name === ''
				? lane.open.length - 1
				: lane.open.lastIndexOf(this.#frame(item.category === '' ? item.name : `${item.category}:${item.name}`))
		if (depth < 0) return
		// Those in it have no end of their own; the format wants one.
		while (lane.open.length > depth) this.#close(lane, item.time)
	}

	#close(lane: Lane, time: number): void {
		this.#event(lane, 'C', lane.open.pop()!, Math.max(lane.last, time))
	}

	#event(lane: Lane, type: 'O' | 'C', frame: number, at: number): void {
		lane.last = at
		const text = `${lane.events++ === 0 ? '' : ','}{"type":"${type}","frame":${frame},"at":${Math.round(at)}}`
		if (this.#spill.add(lane, text)) this.full = true
	}

	#frame(name: string): number {
		const known = this.#frames.get(name)
		if (known !== undefined) return known
		const key = this.#frames.size < mostFrames ? name : '(others)'
		if (!this.#frames.has(key)) this.#frames.set(key, this.#frames.size)
		return this.#frames.get(key)!
	}
}
