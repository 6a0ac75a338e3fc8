// Who ran when, and what tasks waited for: from the events of `@tsgotrace/exec/states`.
import { endOf, execEvent, numberArg, textArg } from '../../exec.js'
import type { TraceSignal, TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import type { Blocked } from './blocked.js'
import { ClosingTasks } from './closing.js'
import type { Crowds } from './crowds.js'
import { addTo, type ItemGroup } from './groups.js'
import { Handovers } from './handovers.js'
import { type OpenItem, type OpenStates, overlap, type StatePart } from './open.js'

/** Recent collections and runs of a thread: both are reported after they ended, in any order. */
const maxRecent = 64
const maxClosing = 10_000
/**
 * Nanoseconds: the runnable part of a wait is recorded in fractions of a millisecond, rounded down to a power of two.
 */
const precision = 1e3
/** Used until a state is reported. */
const atFirst = 100
const maxSites = 1000

interface Interval {
	readonly from: number
	readonly to: number
	readonly of: OpenItem | null
}

class OfThread {
	readonly runs: Interval[] = []
	readonly collections: Interval[] = []
}

export interface WaitSite {
	readonly site: string
	readonly reason: string
	/**
	 * Number of waits, and their total time without that in which the task could have run: estimates if only a sample of
	 * the waits has a place.
	 */
	count: number
	total: number
	/** Of tasks of these names. */
	readonly tasks: Map<string, number>
	/** The number of waits whose place was recorded, of tasks of these names. */
	readonly samples: Map<string, number>
	/** Whether these are only some of the waits. */
	isSample: boolean
}

export interface LongRun {
	readonly name: string
	count: number
	total: number
	max: number
	/** The task, and when it ran. */
	task: number
	at: number
}

/** Minimum nanoseconds of a run that blocks the thread. */
const longRun = 50e6

export class States {
	/** Whether anything was reported. */
	known = false
	readonly sites: Map<string, WaitSite> = new Map()
	/** Long runs, by the name of the task. */
	readonly long: Map<string, LongRun> = new Map()
	readonly #threads = new Map<TraceTrack, OfThread>()
	readonly #closing = new ClosingTasks()
	readonly #blocked: Blocked
	readonly #crowds: Crowds
	readonly #handovers = new Handovers()
	readonly #done: (open: OpenItem) => void
	readonly #keeps: (open: OpenItem) => boolean

	/**
	 * @param done called for a task once all about it is known
	 * @param keeps of which tasks each run and wait is kept
	 */
	constructor(done: (open: OpenItem) => void, keeps: (open: OpenItem) => boolean, blocked: Blocked, crowds: Crowds) {
		this.#blocked = blocked
		this.#crowds = crowds
		this.#done = done
		this.#keeps = keeps
	}

	/** @returns whether it is one of these events */
	take(item: TraceSignal, taskOf: (id: number) => OpenItem | undefined): boolean {
		const { run, wait, wake, site } = execEvent
		switch (item.id) {
			case run:
				this.#run(item, taskOf)
				return true
			case wait:
				this.#wait(item, taskOf)
				return true
			case wake: {
				const states = this.#statesOf(item, taskOf)
				if (states !== null) states.waker = numberArg(item.args, 'by') ?? 0
				return true
			}
			case site: {
				const states = this.#statesOf(item, taskOf)
				if (states === null) return true
				states.site = textArg(item.args, 'site')
				states.weight = numberArg(item.args, 'weight') ?? 1
				return true
			}
			case execEvent.gc:
				this.#collection(item)
				return false
			default:
				return false
		}
	}

	/** A task has ended. */
	close(open: OpenItem): void {
		this.#closing.add(open)
		if (this.#closing.size > (this.known ? maxClosing : atFirst)) this.#done(this.#closing.shift()!)
	}

	/** All tasks of a group have another name now. */
	renamed(from: ItemGroup, to: ItemGroup): void {
		this.#crowds.renamed(from, to)
		this.#handovers.renamed(from, to)
		if (!from.hasSites) return
		to.hasSites = true
		for (const { tasks, samples } of this.sites.values())
			for (const known of [tasks, samples]) {
				const number = known.get(from.name)
				if (number === undefined) continue
				known.delete(from.name)
				addTo(known, to.name, number)
			}
	}

	/** The trace has ended. */
	end(): void {
		for (let open = this.#closing.shift(); open !== undefined; open = this.#closing.shift()) this.#done(open)
	}

	#run(item: TraceSignal, taskOf: (id: number) => OpenItem | undefined): void {
		this.known = true
		const { args, track } = item
		const ms = Math.max(0, numberArg(args, 'ms') ?? 0)
		const task = numberArg(args, 'task') ?? 0
		const to = endOf(item)
		const from = to - ms * 1e6
		const open = this.#find(task, taskOf)
		const thread = this.#thread(track)
		if (open !== undefined) {
			const states = this.#of(open)
			const [begin, end] = [open.slice.start, open.end ?? Number.POSITIVE_INFINITY]
			states.running += overlap(from, to, begin, end)
			for (const gc of thread.collections)
				states.gc += overlap(Math.max(from, begin), Math.min(to, end), gc.from, gc.to)
			keep(thread.runs, { from, to, of: open })
			addStatePart(states, { from: Math.max(from, begin), to: Math.min(to, end), state: 'running', site: null, by: 0 })
		}
		this.#blocked.ran(track, to - from)
		if (to - from >= longRun) this.#longRun(textArg(args, 'name') ?? open?.group.name ?? '', task, from, to)
		// All runs that began before it have been reported.
		this.#closing.until(to, threadOf(track), this.#done)
	}

	#wait(item: TraceSignal, taskOf: (id: number) => OpenItem | undefined): void {
		this.known = true
		const states = this.#statesOf(item, taskOf)
		if (states === null) return
		const { args, time } = item
		const open = this.#find(numberArg(args, 'task') ?? 0, taskOf)!
		const ms = Math.max(0, numberArg(args, 'ms') ?? 0)
		const end = Math.min(time, open.end ?? time)
		const all = overlap(time - ms * 1e6, time, open.slice.start, end)
		const runnable = Math.min(all, Math.max(0, numberArg(args, 'runnable') ?? 0) * 1e6)
		const reason = textArg(args, 'reason') ?? 'unknown'
		states.runnable += runnable
		if (runnable > 0) this.#crowds.runnable(item.track, open, runnable)
		if (all > 0 && all - runnable < precision) this.#blocked.yielded(item.track, open.group.name)
		addTo(states.waits, reason, all - runnable)
		addStatePart(states, {
			from: Math.max(open.slice.start, time - ms * 1e6),
			to: end - runnable,
			state: `waiting for ${reason}`,
			site: states.site,
			by: states.waker,
		})
		addStatePart(states, { from: end - runnable, to: end, state: 'runnable', site: null, by: 0 })
		if (states.site !== null) this.#site(states, reason, all - runnable, open.group)
		if (states.waker !== 0) {
			const waker = this.#find(states.waker, taskOf)
			const by =
				waker === undefined
					? 'a task that has ended'
					: isWithin(waker, open)
						? 'a task that it started'
						: waker.group.name
			const known = open.group.wokenBy(by)
			known.count++
			known.total += all
			if (waker !== undefined && waker !== open && by === waker.group.name)
				this.#handovers.wake(known, waker, open, end - all, end - runnable)
		}
		states.site = null
		states.waker = 0
	}

	#site({ site, weight }: OpenStates, reason: string, time: number, group: ItemGroup): void {
		const key = this.sites.size < maxSites || this.sites.has(`${reason} ${site}`) ? site! : '(others)'
		let it = this.sites.get(`${reason} ${key}`)
		if (it === undefined)
			this.sites.set(
				`${reason} ${key}`,
				(it = { site: key, reason, count: 0, total: 0, tasks: new Map(), samples: new Map(), isSample: false }),
			)
		if (weight > 1) it.isSample = true
		it.count += weight
		it.total += time * weight
		addTo(it.tasks, group.name, time * weight)
		addTo(it.samples, group.name, 1)
		group.hasSites = true
	}

	#longRun(name: string, task: number, from: number, to: number): void {
		let it = this.long.get(name)
		if (it === undefined) {
			if (this.long.size >= maxSites) return
			this.long.set(name, (it = { name, count: 0, total: 0, max: 0, task, at: from }))
		}
		it.count++
		it.total += to - from
		if (to - from <= it.max) return
		it.max = to - from
		it.task = task
		it.at = from
	}

	#collection(item: TraceSignal): void {
		const { args, track } = item
		const to = endOf(item)
		const from = to - Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
		const thread = this.#thread(track)
		for (const { from: begin, to: end, of } of thread.runs)
			if (of !== null) of.states!.gc += overlap(Math.max(begin, of.slice.start), Math.min(end, of.end ?? end), from, to)
		keep(thread.collections, { from, to, of: null })
	}

	#statesOf({ args }: TraceSignal, taskOf: (id: number) => OpenItem | undefined): OpenStates | null {
		const open = this.#find(numberArg(args, 'task') ?? 0, taskOf)
		return open === undefined ? null : this.#of(open)
	}

	#of(open: OpenItem): OpenStates {
		return (open.states ??= noStates(this.#keeps(open)))
	}

	#find(id: number, taskOf: (id: number) => OpenItem | undefined): OpenItem | undefined {
		return taskOf(id) ?? this.#closing.find(id)
	}

	#thread(track: TraceTrack): OfThread {
		const home = threadOf(track)
		let thread = this.#threads.get(home)
		if (thread === undefined) this.#threads.set(home, (thread = new OfThread()))
		return thread
	}
}

function isWithin({ parent }: OpenItem, open: OpenItem): boolean {
	let it = parent
	while (it !== null && it !== open) it = it.parent
	return it !== null
}

function noStates(keeps: boolean): OpenStates {
	return {
		running: 0,
		gc: 0,
		runnable: 0,
		waits: new Map(),
		waker: 0,
		turn: null,
		crowd: null,
		site: null,
		weight: 1,
		stateParts: keeps ? [] : null,
	}
}

const maxStateParts = 10_000

function addStatePart({ stateParts }: OpenStates, part: StatePart): void {
	if (stateParts !== null && part.to > part.from && stateParts.length < maxStateParts) stateParts.push(part)
}

function keep(list: Interval[], interval: Interval): void {
	list.push(interval)
	if (list.length > maxRecent) list.shift()
}
