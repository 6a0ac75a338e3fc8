import type { Conversion, ConversionOptions } from '../conversion.js'
import type { TraceTrack } from '../read/items.js'
import { type Slice, sliceName, slicesOf, threadOf } from '../slices.js'
import { textPid } from '../text/process.js'
import { Spill } from './spill.js'

/** A frame is a slice name; names beyond this number share one frame. */
const maxFrames = 100_000

/** A profile: slices that each contain the next one. */
interface OpenProfile {
	readonly name: string
	/** The open slices, with their frames. */
	readonly open: { readonly slice: Slice; readonly frame: number }[]
	first: number
	last: number
	events: number
}

/**
 * speedscope's own format. It has slices only: no instants, counters or arguments. The slices of a profile nest: one
 * profile for a thread, and as many lanes as overlapping slices need. A slice that began in the asynchronous context of
 * another one is shown within it, unless another slice is already there.
 *
 * The profiles are one after the other in the file, while those of a trace happen at the same time: they are assembled
 * in a temporary file.
 */
export function speedscope({ note }: ConversionOptions = {}): Conversion {
	return async function* (trace) {
		const profiles = new Profiles()
		let leftOut = 0
		try {
			for await (const { items, slices, unfinished } of slicesOf(trace).batches()) {
				const ends = new Set(unfinished)
				for (const [i, item] of items.entries()) {
					const slice = slices[i]!
					if (item.type === 'instant' || item.type === 'counter') leftOut++
					else if (item.type === 'begin' && slice !== null) profiles.begin(slice)
					else if (item.type === 'end' && slice !== null) profiles.end(slice, item.time, ends)
					if (profiles.isFull) await profiles.flush()
				}
				for (const slice of unfinished) profiles.end(slice, slice.end, ends)
			}
			yield* profiles.text()
		} finally {
			await profiles.close()
		}
		if (leftOut > 0) note?.(`${leftOut} events that are not slices were omitted: speedscope cannot show them`)
	}
}

class Profiles {
	isFull = false
	readonly #spill = new Spill<OpenProfile>()
	/** Profiles of a thread: the thread itself, and lanes for overlapping slices. */
	readonly #lanes = new Map<TraceTrack, { readonly own: OpenProfile; readonly others: OpenProfile[] }>()
	readonly #laneOf = new Map<Slice, OpenProfile>()
	readonly #frames = new Map<string, number>()

	begin(slice: Slice): void {
		const lane = this.#place(slice)
		const frame = this.#frame(sliceName(slice))
		lane.open.push({ slice, frame })
		this.#laneOf.set(slice, lane)
		this.#event(lane, 'O', frame, slice.start)
	}

	/** @param lost slices that have no end */
	end(slice: Slice, time: number, lost: ReadonlySet<Slice>): void {
		const lane = this.#laneOf.get(slice)
		if (lane === undefined) return
		const at = lane.open.findIndex(open => open.slice === slice)
		const inner = lane.open.splice(at)
		for (const { frame } of inner.toReversed()) this.#event(lane, 'C', frame, time)
		this.#laneOf.delete(slice)
		for (const open of inner.slice(1)) {
			if (lost.has(open.slice)) this.#laneOf.delete(open.slice)
			else {
				// It lasts longer than the slice in which it began: the rest of it is shown alone.
				lane.open.push(open)
				this.#event(lane, 'O', open.frame, time)
			}
		}
	}

	async flush(): Promise<void> {
		this.isFull = false
		await this.#spill.flush()
	}

	async *text(): AsyncGenerator<string | Uint8Array, void, undefined> {
		yield '{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"tsgotrace","profiles":['
		let separator = ''
		for (const lane of this.#spill.keys) {
			const { name, first, last } = lane
			const head = JSON.stringify({ type: 'evented', name, unit: 'nanoseconds', startValue: first, endValue: last })
			yield `${separator}\n${head.slice(0, -1)},"events":[`
			yield* this.#spill.read(lane)
			yield ']}'
			separator = ','
		}
		yield `],\n"shared":{"frames":${JSON.stringify([...this.#frames.keys()].map(name => ({ name })))}}}\n`
	}

	async close(): Promise<void> {
		await this.#spill.close()
	}

	/** Within its parent if that is the innermost slice there, otherwise where nothing is open. */
	#place(slice: Slice): OpenProfile {
		const { parent, track } = slice
		const outer = parent === null ? undefined : this.#laneOf.get(parent)
		if (outer !== undefined && outer.open.at(-1)!.slice === parent) return outer
		const thread = threadOf(track)
		let lanes = this.#lanes.get(thread)
		const name = `${track.process?.name ?? 'process'} ${textPid(track.process)}, ${thread.name ?? 'thread'}`
		if (lanes === undefined) this.#lanes.set(thread, (lanes = { own: newLane(name), others: [] }))
		if (track === thread) return lanes.own
		let lane = lanes.others.find(({ open }) => open.length === 0)
		if (lane === undefined) lanes.others.push((lane = newLane(`${name}, lane ${lanes.others.length + 1}`)))
		return lane
	}

	#event(lane: OpenProfile, type: 'O' | 'C', frame: number, time: number): void {
		if (lane.events === 0) lane.first = lane.last = time
		const at = Math.max(lane.last, time)
		lane.last = at
		const text = `${lane.events++ === 0 ? '' : ','}{"type":"${type}","frame":${frame},"at":${Math.round(at)}}`
		if (this.#spill.add(lane, text)) this.isFull = true
	}

	#frame(name: string): number {
		const known = this.#frames.get(name)
		if (known !== undefined) return known
		const key = this.#frames.size < maxFrames ? name : '(others)'
		if (!this.#frames.has(key)) this.#frames.set(key, this.#frames.size)
		return this.#frames.get(key)!
	}
}

function newLane(name: string): OpenProfile {
	return { name, open: [], first: 0, last: 0, events: 0 }
}
