import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Profile } from 'pprof-format'
import { frameAt, ProfileBuilder } from '../format/pprof.js'
import type { TraceDeclaration, TraceItem, TraceSignal, TraceStatistics } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import { type OpenSlice, Slices } from '../read/slices.js'
import type { Conversion } from './conversion.js'
import { textPid } from './process.js'

/** Different stacks; all beyond these are counted as one. */
const mostStacks = 100_000
const others = '(others)'
const separator = '\0'

interface Counts {
	/** Of signals and of slices. */
	count: number
	/** Nanoseconds in slices, without those in slices within them. */
	time: number
}

/**
 * A profile for `go tool pprof`: how often events happened, and how long slices took, by the slices that they were in.
 *
 * Where events were sampled, each counts as many as it stands for.
 */
export function pprof(): Conversion {
	return new Pprof()
}

class Pprof implements Conversion {
	readonly notes: string[] = []
	readonly #slices = new Slices()
	/** By thread and names, the outermost first. */
	readonly #stacks = new Map<string, Counts>()
	readonly #sources = new Map<string, string>()
	readonly #statistics = new Map<string, TraceStatistics>()
	#first = Number.POSITIVE_INFINITY
	#last = Number.NEGATIVE_INFINITY

	take(item: TraceItem): string {
		switch (item.type) {
			case 'instant':
				this.#span(item.time)
				this.#add(item, stackOf(this.#slices.current(item.track)), item.id).count++
				break
			case 'begin':
				this.#span(item.time)
				this.#slices.begin(item)
				break
			case 'end':
				this.#span(item.time)
				this.#end(item)
				break
			case 'declaration':
				this.#declare(item)
				break
			case 'statistics':
				this.#statistics.set(`${item.sequence} ${item.id}`, item)
				break
			case 'counter':
			case 'recording':
			case 'loss':
			case 'stop':
				break
		}
		return ''
	}

	async *end(reader: TraceReader): AsyncGenerator<Uint8Array, void, undefined> {
		let open = 0
		for (const _ of this.#slices.open()) open++
		if (open + this.#slices.unfinished > 0) this.notes.push(`${open + this.#slices.unfinished} slices without an end were left out`)
		const bytes = await this.#profile(reader.wallStart).encodeAsync()
		yield await promisify(gzip)(bytes)
	}

	#end(item: TraceSignal): void {
		const slice = this.#slices.end(item)
		if (slice === null) return
		const took = slice.end - slice.start
		const parents = stackOf(slice.parent)
		const own = this.#add(slice, parents, slice.id, nameOf(slice))
		own.count++
		own.time += took
		// It is not the time of what it is in.
		if (slice.parent !== null) this.#add(slice, stackOf(slice.parent.parent), slice.parent.id, nameOf(slice.parent)).time -= took
	}

	/** The counts of a stack. `name` is that of the innermost frame, and `id` the event whose sampling it had. */
	#add({ track }: { track: TraceSignal['track'] }, parents: readonly string[], id: string, name = id): Counts {
		const thread = track.kind === 'thread' ? track : track.parent
		const key = [id, `${textPid(track.process)}/${thread?.name ?? '?'}`, ...parents, name].join(separator)
		const known = this.#stacks.get(key)
		if (known !== undefined) return known
		const made = this.#stacks.size < mostStacks ? key : [others, others, others].join(separator)
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

	/** How many signals one that was recorded stands for, by id. */
	#weights(): Map<string, number> {
		const sums = new Map<string, [number, number]>()
		for (const { id, signals, dropped, recorded } of this.#statistics.values()) {
			const [all, kept] = sums.get(id) ?? [0, 0]
			sums.set(id, [all + signals - dropped, kept + recorded])
		}
		return new Map([...sums].filter(([, [, kept]]) => kept > 0).map(([id, [all, kept]]) => [id, all / kept]))
	}

	#profile(wallStart: bigint | null): Profile {
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

function nameOf({ category, name }: OpenSlice): string {
	return category === '' ? name : `${category}:${name}`
}

/** Names of a slice and those that it is in, the outermost first. */
function stackOf(slice: OpenSlice | null): string[] {
	const names: string[] = []
	for (let s = slice; s !== null; s = s.parent) names.unshift(nameOf(s))
	return names
}
