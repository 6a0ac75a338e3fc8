// What kept a thread from its event loop: code that runs for long, and microtasks that begin new ones.
import { endOf, numberArg, textArg } from '../../exec.js'
import type { TraceSignal, TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'

/** Stalls in one function of the program, or in one call of Node. */
export interface Stalled {
	readonly where: string
	/** What it called of Node; empty for its own code. */
	readonly call: string
	count: number
	/** Nanoseconds. */
	total: number
	max: number
	/** The task of the longest one, and when it ended. */
	task: number
	name: string
	end: number
}

/** The loop was late while tasks only gave way to each other. */
export interface Starved {
	readonly name: string
	count: number
	total: number
	max: number
	yields: number
	end: number
}

const maxPlaces = 1000
/** The loop was late by `delay` nanoseconds. */
const late = 50e6
/** So often tasks gave way meanwhile. */
const often = 100

/** Of a thread, since the delay of its loop was read last. */
interface RecentRuns {
	longest: number
	readonly yields: Map<string, number>
}

export class Blocked {
	readonly stalls: Map<string, Stalled> = new Map()
	readonly starved: Map<string, Starved> = new Map()
	readonly #recent = new Map<TraceTrack, RecentRuns>()

	stall(item: TraceSignal): void {
		const { args } = item
		const [where, call] = [textArg(args, 'where') ?? '', textArg(args, 'call') ?? '']
		const length = Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
		const key = `${where}\0${call}`
		let it = this.stalls.get(key)
		if (it === undefined) {
			if (this.stalls.size >= maxPlaces) return
			this.stalls.set(key, (it = { where, call, count: 0, total: 0, max: 0, task: 0, name: '', end: 0 }))
		}
		it.count++
		it.total += length
		if (length <= it.max) return
		it.max = length
		it.task = numberArg(args, 'task') ?? 0
		it.name = textArg(args, 'name') ?? ''
		it.end = endOf(item)
	}

	ran(track: TraceTrack, length: number): void {
		const recent = this.#of(track)
		recent.longest = Math.max(recent.longest, length)
	}

	/** A task could go on at once. */
	yielded(track: TraceTrack, name: string): void {
		const { yields } = this.#of(track)
		yields.set(name, (yields.get(name) ?? 0) + 1)
	}

	/** The loop came so late, the most since this was read last. */
	delayed(track: TraceTrack, delay: number, time: number): void {
		const { longest, yields } = this.#of(track)
		const [name, count] = [...yields].sort(([, a], [, b]) => b - a)[0] ?? ['', 0]
		this.#recent.delete(threadOf(track))
		if (delay < late || count < often || longest > delay / 4) return
		let it = this.starved.get(name)
		if (it === undefined) this.starved.set(name, (it = { name, count: 0, total: 0, max: 0, yields: 0, end: 0 }))
		it.count++
		it.total += delay
		it.yields += count
		if (delay <= it.max) return
		it.max = delay
		it.end = time
	}

	#of(track: TraceTrack): RecentRuns {
		const thread = threadOf(track)
		let recent = this.#recent.get(thread)
		if (recent === undefined) this.#recent.set(thread, (recent = { longest: 0, yields: new Map() }))
		return recent
	}
}
