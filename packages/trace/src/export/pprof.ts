import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Profile } from 'pprof-format'
import type { Conversion, ConversionOptions } from '../conversion.js'
import { frameAt, ProfileBuilder } from '../format/pprof.js'
import type { TraceDeclaration, TraceItem, TraceSignal, TraceStatistics } from '../read/items.js'
import { type Slice, sliceName, slicesOf } from '../slices.js'
import { textPid } from '../text/process.js'

/** The number of different stacks; all further ones are counted as one. */
const maxStacks = 100_000
const others = '(others)'
const separator = '\0'

interface Counts {
	/** Counts of events and slices. */
	count: number
	/** Nanoseconds in slices, without the time in which a nested slice was open. */
	time: number
}

/**
 * A profile for `go tool pprof`: how often events happened, and how long slices took, by the slices that contain them.
 *
 * A sampled event counts for all events that it represents.
 */
export function pprof({ note }: ConversionOptions = {}): Conversion {
	return async function* (trace) {
		const counts = new ProfileCounts()
		const reader = slicesOf(trace)
		for await (const { items, slices } of reader.batches())
			for (const [i, item] of items.entries()) counts.take(item, slices[i]!)
		if (reader.unfinished > 0) note?.(`${reader.unfinished} slices without an end were omitted`)
		yield await promisify(gzip)(counts.profile(trace.wallStart).encode())
	}
}

class ProfileCounts {
	/** By thread and names, the outermost first. */
	readonly #stacks = new Map<string, Counts>()
	readonly #sources = new Map<string, string>()
	readonly #statistics = new Map<string, TraceStatistics>()
	#first = Number.POSITIVE_INFINITY
	#last = Number.NEGATIVE_INFINITY

	take(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'instant':
				this.#span(item.time)
				this.#add(item, stackOf(slice), item.id).count++
				break
			case 'begin':
				this.#span(item.time)
				break
			case 'end':
				this.#span(item.time)
				if (slice !== null) this.#end(slice)
				break
			case 'declaration':
				this.#declare(item)
				break
			case 'statistics':
				this.#statistics.set(`${item.sequence} ${item.id}`, item)
				break
			case 'counter':
			case 'sample':
			case 'recording':
			case 'cost':
			case 'loss':
			case 'stop':
				break
		}
	}

	#end(slice: Slice): void {
		const own = this.#add(slice, stackOf(slice.parent), slice.id, sliceName(slice))
		own.count++
		own.time += slice.self
	}

	/** The counts of a stack. `name` is that of the innermost frame, and `id` the event whose sampling it had. */
	#add({ track }: { track: TraceSignal['track'] }, parents: readonly string[], id: string, name = id): Counts {
		const thread = track.kind === 'thread' ? track : track.parent
		const key = [id, `${textPid(track.process)}/${thread?.name ?? '?'}`, ...parents, name].join(separator)
		const known = this.#stacks.get(key)
		if (known !== undefined) return known
		const made = this.#stacks.size < maxStacks ? key : [others, others, others].join(separator)
		let counts = this.#stacks.get(made)
		if (counts === undefined) this.#stacks.set(made, (counts = { count: 0, time: 0 }))
		return counts
	}

	#declare({ as, category, name, id, source }: TraceDeclaration): void {
		if (as !== 'end') this.#sources.set(as === 'begin' ? `${category}:${name}` : id, source)
	}

	#span(time: number): void {
		this.#first = Math.min(this.#first, time)
		this.#last = Math.max(this.#last, time)
	}

	/** How many emits one recorded event represents, by event id. */
	#weights(): Map<string, number> {
		const sums = new Map<string, [number, number]>()
		for (const { id, signals, dropped, recorded } of this.#statistics.values()) {
			const [all, kept] = sums.get(id) ?? [0, 0]
			sums.set(id, [all + signals - dropped, kept + recorded])
		}
		return new Map([...sums].filter(([, [, kept]]) => kept > 0).map(([id, [all, kept]]) => [id, all / kept]))
	}

	profile(wallStart: bigint | null): Profile {
		const builder = new ProfileBuilder([
			{ name: 'events', unit: 'count' },
			{ name: 'time', unit: 'nanoseconds' },
		])
		const weights = this.#weights()
		let timed = false
		for (const [key, { count, time }] of this.#stacks) {
			const [id, thread, ...names] = key.split(separator) as [string, string, ...string[]]
			const weight = weights.get(id) ?? 1
			const frames = names.reverse().map(name => frameAt(name, this.#sources.get(name) ?? ''))
			const own = Math.max(0, time * weight)
			timed ||= own > 0
			builder.add(frames, [count * weight, own], { thread })
		}
		const duration = this.#last > this.#first ? this.#last - this.#first : 0
		const start = wallStart === null || duration === 0 ? 0n : wallStart + BigInt(Math.round(this.#first))
		return builder.build({ start, duration, usual: timed ? 'time' : 'events' })
	}
}

/**
 * Beyond this depth, the outermost slices are omitted: a chain of slices that each begin the next could go on forever.
 */
const deepest = 100

/** The names of a slice and of the slices that contain it, the outermost first. */
function stackOf(slice: Slice | null): string[] {
	const names: string[] = []
	for (let s = slice; s !== null && names.length < deepest; s = s.parent) names.push(sliceName(s))
	return names.reverse()
}
