// What threads did: utilisation of their loops, garbage collections, and what blocked them.
import { execEvent, numberArg, textArg } from '../../exec.js'
import type { TraceCount, TraceSignal, TraceTrack } from '../../read/items.js'
import { type Slice, threadOf } from '../../slices.js'
import { Durations } from './durations.js'
import type { ItemGroup } from './groups.js'

/** Slices during which nothing else happened on their thread, although others were open there. */
export interface Silent {
	readonly group: ItemGroup
	count: number
	total: number
	/** Number of those with a measured delay of the loop, and their total time. */
	confirmed: number
	confirmedTotal: number
	worst: { readonly id: number; readonly begin: number; readonly end: number } | null
}

/** A silent slice, until it is known whether the loop was late and busy then. */
interface RecentSilence {
	readonly silent: Silent
	readonly begin: number
	readonly end: number
	late: boolean
	/** Maximum nanoseconds of it in which the loop was busy. */
	busy: number
}

/** A blocked loop is busy. One that only waits can be late too, if the machine has no CPU for it. */
const busyPart = 0.7
/** Sampling interval of the utilisation of loops. */
const period = 100e6
const shortest = 20e6
/** Nanoseconds of a delay from which the loop is late. */
export const lateLoop = 50e6
/** Maximum time until the loop reports a delay. */
const reportedWithin = 300e6

export class ThreadFacts {
	readonly track: TraceTrack
	readonly busy: Durations = new Durations()
	/** Delay of the loop in nanoseconds, every tenth of a second. */
	readonly delay: Durations = new Durations()
	readonly collections: Durations = new Durations()
	readonly collectionKinds: Map<string, number> = new Map()
	/** When the longest delay was reported. */
	worstDelayAt = 0
	/** The maximum delay. */
	worst = 0
	/** Number of open slices on it. */
	open = 0
	/** The last begin, if no other event has followed it. */
	last: Slice | null = null
	first: number = Number.POSITIVE_INFINITY
	latest: number = Number.NEGATIVE_INFINITY
	readonly recent: RecentSilence[] = []
	/** When the utilisation of the loop was last sampled, the percentage, and for how long it was busy. */
	busyUntil: number | null = null
	busyPercent = 0
	busyTime = 0
	/** Number of delays of 50 ms or more that are its own: the loop was busy, and had a processor. */
	late = 0
	/** Whether the last delay is one of them. */
	isLate = false

	constructor(track: TraceTrack) {
		this.track = track
	}
}

export class AllThreads {
	/**
	 * Per cent of tenths of a second, added up: in which a thread was busy though it had no processor, and what the
	 * process took of all processors. Null if that was not recorded.
	 */
	#offCpu: number | null = null
	#processCpu: number | null = null
	readonly #threads = new Map<TraceTrack, ThreadFacts>()
	readonly #silent = new Map<ItemGroup, Silent>()
	#latest: ThreadFacts | null = null

	get all(): readonly ThreadFacts[] {
		return [...this.#threads.values()]
	}

	get silent(): readonly Silent[] {
		return [...this.#silent.values()].sort((a, b) => b.total - a.total)
	}

	/**
	 * Of the time in which loops were busy, the part in which the operating system ran something else, or the thread
	 * waited in a synchronous call; 0 if that is not known. Without readings of the thread itself, from what the process
	 * took.
	 */
	get withoutProcessor(): number {
		const busy = this.all.reduce((sum, it) => sum + it.busy.total, 0)
		if (busy === 0) return 0
		return Math.max(0, this.#offCpu ?? (this.#processCpu === null ? 0 : busy - this.#processCpu)) / busy
	}

	of(track: TraceTrack): ThreadFacts {
		const home = threadOf(track)
		if (this.#latest?.track === home) return this.#latest
		let thread = this.#threads.get(home)
		if (thread === undefined) this.#threads.set(home, (thread = new ThreadFacts(home)))
		return (this.#latest = thread)
	}

	/** @returns whether the event is about a thread */
	signal({ id, args, track, time }: TraceSignal): boolean {
		if (id === execEvent.gc) {
			const thread = this.of(track)
			thread.collections.add(Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6)
			const kind = textArg(args, 'kind') ?? 'other'
			thread.collectionKinds.set(kind, (thread.collectionKinds.get(kind) ?? 0) + 1)
			return true
		}
		if (id !== execEvent.loopDelay) return false
		const thread = this.of(track)
		thread.worst = Math.max(thread.worst, (numberArg(args, 'max') ?? 0) * 1e6)
		this.#delay(thread, (numberArg(args, 'max') ?? 0) * 1e6, time, 1e9)
		return true
	}

	counter({ id, track, value, time }: TraceCount): void {
		if (id === execEvent.offCpu) {
			this.#offCpu = (this.#offCpu ?? 0) + Number(value)
			const thread = this.of(track)
			if (thread.isLate && Number(value) >= thread.busyPercent / 2) thread.late--
			thread.isLate = false
		} else if (id === execEvent.processCpu) this.#processCpu = (this.#processCpu ?? 0) + Number(value)
		else if (id === execEvent.loopBusy) this.#busy(this.of(track), Number(value), time)
		else if (id === execEvent.loopDelayCount) {
			const thread = this.of(track)
			const delay = Number(value) * 1e6
			if (delay > thread.delay.max) thread.worstDelayAt = time
			thread.delay.add(delay)
			thread.isLate = delay >= lateLoop && (thread.busy.count === 0 || thread.busyTime >= delay * busyPart)
			if (thread.isLate) thread.late++
			this.#delay(thread, delay, time, 0)
		}
	}

	/** A slice has ended, and nothing happened on its thread since it began. */
	silence(thread: ThreadFacts, group: ItemGroup, id: number, begin: number, end: number): void {
		if (end - begin < shortest) return
		let silent = this.#silent.get(group)
		if (silent === undefined)
			this.#silent.set(group, (silent = { group, count: 0, total: 0, confirmed: 0, confirmedTotal: 0, worst: null }))
		silent.count++
		silent.total += end - begin
		if (silent.worst === null || end - begin > silent.worst.end - silent.worst.begin) silent.worst = { id, begin, end }
		thread.recent.push({ silent, begin, end, late: false, busy: 0 })
		if (thread.recent.length > 64) thread.recent.shift()
	}

	/** The loop was late by `delay` nanoseconds, so the silent slices of that time blocked it. */
	#delay(thread: ThreadFacts, delay: number, time: number, within: number): void {
		const { recent } = thread
		for (let i = recent.length - 1; i >= 0; i--) {
			const { begin, end } = recent[i]!
			if (time - end > reportedWithin + within) {
				recent.splice(0, i + 1)
				return
			}
			// The loop's measurement has at least half of it, wherever in its interval it began.
			if (delay < (end - begin) / 2) continue
			recent[i]!.late = true
			this.#confirm(thread, i)
		}
	}

	/** The loop was busy for a fraction of the time since the last sample. */
	#busy(thread: ThreadFacts, percent: number, time: number): void {
		thread.busy.add(percent)
		const since = thread.busyUntil ?? time - period
		thread.busyUntil = time
		const busy = ((time - since) * percent) / 100
		thread.busyPercent = percent
		thread.busyTime = busy
		for (let i = thread.recent.length - 1; i >= 0; i--) {
			const it = thread.recent[i]!
			it.busy += Math.min(busy, Math.max(0, Math.min(time, it.end) - Math.max(since, it.begin)))
			this.#confirm(thread, i)
		}
	}

	#confirm({ recent, busy }: ThreadFacts, i: number): void {
		const { silent, begin, end, late, busy: max } = recent[i]!
		if (!late || (busy.count > 0 && max < (end - begin) * busyPart)) return
		silent.confirmed++
		silent.confirmedTotal += end - begin
		recent.splice(i, 1)
	}
}
