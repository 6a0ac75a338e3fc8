import { census } from '../platform/census.js'
import { foreignTimers } from '../platform/clock.js'
import { deferred } from '../platform/deferred.js'
import { originals } from '../platform/originals.js'
import { use } from '../platform/resource.js'
import { callText, nameOf, thousands } from '../platform/text.js'
import { drained, drainNow, later, turn } from '../platform/turn.js'
import { asError } from '../world/errors.js'
import { TraceNak } from '../world/nak.js'
import { placeOfSite, type Signal, type Site, type Source } from '../world/signal.js'
import { hashText, type Task } from '../world/task.js'
import { type Parked, Waiting } from '../world/waiting.js'
import type { World } from '../world/world.js'
import { type Delay, type Deviation, type Injection, isDelay, isInjection, type Step } from './schedule.js'

/** Chooses who continues where no deviation says so. */
export interface Strategy {
	/** @returns 0 for the default; at most `controller.width - 1` */
	choose(controller: Controller): number
}

/** Limits of one execution. */
export interface Limits {
	/** Decisions, after which it is taken for one that never ends. */
	readonly steps: number
	/** How long a decision waits for timers and handles, in milliseconds of real time. */
	readonly settle: number
	/** How long it waits for requests, which end by themselves. */
	readonly deadTime: number
	/** Whether an execution of the same schedule has waited for the dead time in vain: then none does again. */
	readonly hung?: boolean
}

const none: readonly string[] = []
const timeHash = hashText('(time)')
const startHash = hashText('(start)')

/**
 * Decides which task continues. Between two decisions exactly one task runs, until it waits and all microtasks have run.
 *
 * What it records of each decision, the number of choices and a hash of all that was chosen before, is what exploration and tokens need.
 */
export class Controller {
	/** Number of choices, for each decision. */
	readonly widths: number[] = []
	/** Fingerprint of all that came before each decision, and of who waits. */
	readonly states: number[] = []
	/** The same, with what was chosen. Of detailed executions: tokens are made of them. */
	readonly hashes: number[] = []
	/** Fingerprint of all that came before, for each occurrence of an event. Where actions are injected. */
	readonly occurrences: number[] = []
	/** For each deviation that was applied: the numbers of the next decision and of the next occurrence after it, and the fingerprint there. */
	readonly marks: { readonly decision: number; readonly occurrence: number; readonly hash: number }[] = []
	/** Steps with their text and places, where the execution is a detailed one. */
	readonly log: Step[] = []
	/** Kinds of resources that stayed alive while a decision had to be made: the schedule is then not fully controlled. */
	readonly uncontrolled: Set<string> = new Set<string>()
	readonly #delays: readonly Delay[]
	readonly #injections: readonly Injection[]
	readonly #limits: Limits
	readonly #strategy: Strategy | undefined
	readonly #injects: boolean
	readonly #waiting = new Waiting()
	#hash = 0x811c9dc5 | 0
	/** A hash of all events that cannot pause: part of the fingerprint where an action is injected. */
	#events = 0x811c9dc5 | 0
	#nextDelay = 0
	#nextInjection = 0
	#world!: World
	#done!: () => void
	/** When the wait for resources began, in real time. */
	#since: number | undefined
	/** Whether this execution has waited for a resource at all. */
	#waited = false
	/** What the census said when that was looked at. */
	#changes = 0
	#quiet = 0
	#quietSince = 0
	#over = false

	/** @param injects whether actions may be injected */
	constructor(deviations: readonly Deviation[], limits: Limits, injects: boolean, strategy?: Strategy) {
		this.#injects = injects
		this.#delays = deviations.filter(isDelay).sort((a, b) => a.at - b.at)
		this.#injections = deviations.filter(isInjection).sort((a, b) => a.at - b.at || a.after - b.after)
		this.#limits = limits
		this.#strategy = strategy
	}

	/** Control `world` from now on; `done` is called when it is over. */
	control(world: World, done: () => void): void {
		this.#world = world
		this.#done = done
		drained(this.#look)
	}

	/** How many choices there are at the decision that is to be made. */
	get width(): number {
		return this.#waiting.length + (this.#hasTime() ? 1 : 0)
	}

	/** The tasks that wait for their turn, in the order of choices; undefined stands for time. */
	get choices(): (Task<unknown> | undefined)[] {
		return this.#waiting.choices(this.#hasTime())
	}

	/** Whether letting time pass is a choice. */
	#hasTime(): boolean {
		const { clock } = this.#world
		return clock !== undefined && clock.count > 0
	}

	/** A task was made, and waits to start. */
	starts(task: Task<unknown>, start: () => void): void {
		this.#waiting.add({ task, event: undefined, hash: task.hash ^ startHash, resolve: start })
	}

	/** An event was signalled. The promise lets its task wait until it is its turn, and then for the test. */
	signalled({ event, hash }: Source, args: readonly unknown[], site: Site | undefined, task: Task<unknown>): Promise<void> | undefined {
		if (event.async) {
			const { promise, resolve, reject } = deferred()
			const parked = { task, event, args, site, hash: task.hash ^ hash, resolve, refuse: reject }
			task.last = parked
			this.#waiting.add(parked)
			return promise
		}
		const signal = { event, args, site }
		task.last = signal
		this.#events = mixed(this.#events, task.hash ^ hash)
		this.#occurs(task, signal, none)
		return this.#world.deliver(signal, task)
	}

	/** The execution is over: those who wait are refused. */
	close(reason: string): void {
		for (const parked of this.#waiting.clear())
			if (parked.event !== undefined && this.#world.settings.nak === 'reject')
				parked.refuse(new TraceNak(`${nameOf(parked.event)}: send: ${reason}`))
	}

	/** Looks, decides and lets run, again and again for as long as what runs can be made to run at once. */
	readonly #look = (): void => {
		let looks = false
		try {
			while (this.#step()) if (!drainNow()) return
			looks = true
		} finally {
			// What the traced code throws in a callback of its own is for the process to report, and the execution goes on.
			if (!looks) drained(this.#look)
		}
	}

	/** @returns whether a decision was made, and there is to be another look once all microtasks have run */
	#step(): boolean {
		if (this.#over) return false
		try {
			if (!this.#isTime()) return false
			this.#decide()
			return true
		} catch (error) {
			// Without a text of what was going on, which may be what has failed.
			this.#world.failure ??= asError(error)
			this.#world.close('canceled')
			this.#end()
			return false
		}
	}

	/** Whether it is time for a decision. If not, the execution is over, or there will be another look. */
	#isTime(): boolean {
		const world = this.#world
		const body = world.tasks[0]!
		if (world.failure === undefined && body.state === 'rejected') world.fail(body.error)
		if (world.failure !== undefined) {
			this.#end()
			return false
		}
		if (this.#waiting.length === 0 && world.tasks.every(({ state }) => state !== 'running')) {
			this.#finish()
			return false
		}
		const { width } = this
		const quiet = this.#isQuiet(width)
		if (!quiet && !this.#settled(width)) {
			this.#wait()
			return false
		}
		this.#since = undefined
		if (width === 0) {
			this.#stuck(quiet)
			return false
		}
		this.#quiet = 0
		if (this.widths.length >= this.#limits.steps) {
			const error = new Error(`no end after ${thousands(this.#limits.steps)} decisions: a livelock? (option "steps" raises the limit)`)
			world.fail(error, this.#waiting.last?.last?.site)
			this.#end()
			return false
		}
		return true
	}

	#decide(): void {
		const waiting = this.#waiting
		waiting.sort()
		const { width } = this
		const decision = this.widths.length
		const delay = this.#delays[this.#nextDelay]
		const planned = delay?.at === decision ? delay.by : undefined
		if (planned !== undefined) this.#nextDelay++
		const by = Math.min(planned ?? this.#strategy?.choose(this) ?? 0, width - 1)
		const at = waiting.find(by, width > waiting.length)
		const chosen = waiting.at(at)
		this.#hash = mixed(this.#hash, waiting.hash + width)
		this.states.push(this.#hash)
		this.#hash = mixed(this.#hash, chosen?.hash ?? timeHash)
		this.widths.push(width)
		if (this.#world.detail) this.hashes.push(this.#hash)
		const delayed = by > 0 && this.#world.detail ? [...new Set(this.choices.slice(0, by).map(task => task?.name ?? '(time)'))] : none
		// Where fewer wait than were to be passed over it is not applied: the execution has gone another way.
		if (planned === by) this.#applied()
		if (chosen === undefined) this.#pass(delayed)
		else {
			waiting.take(at)
			this.#resume(chosen, delayed)
		}
	}

	#resume(parked: Parked, delayed: readonly string[]): void {
		const { task } = parked
		if (parked.event === undefined) {
			if (this.#world.detail) this.#record({ task: task.name, kind: 'start', text: 'start', place: undefined, delayed })
			parked.resolve()
			return
		}
		this.#occurs(task, parked, delayed)
		const delivered = this.#world.deliver(parked, task)
		if (delivered === undefined) parked.resolve()
		else delivered.then(parked.resolve, parked.refuse)
	}

	/** Time passes until the next timer. */
	#pass(delayed: readonly string[]): void {
		const world = this.#world
		this.#waiting.passed()
		try {
			world.clock!.next()
		} catch (error) {
			world.fail(error)
		}
		this.#record({ task: '(time)', kind: 'time', text: `→ ${world.clock!.now} ms`, place: undefined, delayed })
	}

	/** An event happens, now: an action may be injected into it. */
	#occurs(task: Task<unknown>, signal: Signal, delayed: readonly string[]): void {
		if (this.#world.detail)
			this.#record({ task: task.name, kind: 'event', text: callText(signal.event, signal.args), place: placeOfSite(signal.site), delayed })
		if (!this.#injects) return
		const occurrence = this.occurrences.push(mixed(this.#hash, this.#events)) - 1
		// Several actions may be injected at one occurrence.
		for (;;) {
			const injection = this.#injections[this.#nextInjection]
			if (injection?.at !== occurrence) return
			this.#nextInjection++
			this.#hash = mixed(this.#hash, mixed(this.#events, injection.action))
			this.#applied()
			this.#inject(injection)
		}
	}

	#applied(): void {
		this.marks.push({ decision: this.widths.length, occurrence: this.occurrences.length, hash: this.#hash })
	}

	/** Run an action now, or some microtasks later. */
	#inject({ action: number, after }: Injection): void {
		const world = this.#world
		const action = world.actions[number]
		if (action === undefined) return
		let left = after
		const run = (): void => {
			if (left-- > 0) {
				originals.microtask(run)
				return
			}
			if (world.closed) return
			// One that happens again is another task.
			world.act(action, task => this.#record({ task: task.name, kind: 'action', text: action.name, place: undefined, delayed: [], after }))
		}
		if (after === 0) run()
		else census.untracked(run)
	}

	#record(step: Omit<Step, 'time'>): void {
		if (this.#world.detail) this.log.push({ ...step, time: this.#world.clock?.now })
	}

	/** Whether nothing is alive that a decision should wait for. */
	#isQuiet(width: number): boolean {
		const world = this.#world
		return census.quiet(world) && (width > 0 || (census.empty(world) && foreignTimers(world.clock) === 0))
	}

	/** Whether all that is alive has had its time: we decide without it, and do not wait for it again unless it is used. */
	#settled(width: number): boolean {
		const now = originals.now()
		const changes = census.activity(this.#world)
		// A body that expects no event may go on for as long as it does something.
		if (this.#since === undefined || (width === 0 && this.#changes !== changes && this.#world.streams.receivers.length === 0))
			this.#since = now
		this.#changes = changes
		const waited = now - this.#since
		const { settle, hung = false } = this.#limits
		const deadTime = hung ? Math.min(settle, this.#limits.deadTime) : this.#limits.deadTime
		// What an earlier execution has closed is gone a turn of the event loop later.
		const before = this.#waited
		this.#waited = true
		if (!before) return false
		// With nobody else to continue, what is alive is all that can help.
		if (width === 0 && waited < deadTime) return false
		for (const resource of census.alive(this.#world))
			if (resource.idle !== use(resource) && waited < (resource.kind === 'request' ? deadTime : settle)) return false
		for (const resource of census.alive(this.#world)) {
			resource.idle = use(resource)
			this.uncontrolled.add(resource.type)
		}
		return true
	}

	#wait(): void {
		const waited = originals.now() - this.#since!
		this.#quiet = 0
		later(waited < 2 ? 0 : Math.min(5, waited / 10), this.#look)
	}

	/** Nobody can continue. It is certain if nothing is alive, and that is still so after two turns of the event loop. */
	#stuck(proved: boolean): void {
		const now = originals.now()
		if (this.#quiet++ === 0) this.#quietSince = now
		if (proved && this.#quiet <= 2) {
			turn(this.#look)
			return
		}
		const world = this.#world
		world.deadlock({ proved, ms: proved ? now - this.#quietSince : this.#limits.deadTime }, world.streams.receivers[0])
		this.#end()
	}

	#finish(): void {
		const now = originals.now()
		if (this.#quiet++ === 0) this.#quietSince = now
		// What is signalled by code that nobody waits for may still be on its way.
		if (this.#quiet === 1) {
			drained(this.#look)
			return
		}
		if (census.working(this.#world) && now - this.#quietSince < this.#limits.settle) {
			later(0, this.#look)
			return
		}
		this.#world.finish()
		this.#end()
	}

	#end(): void {
		this.#over = true
		// Those who were refused run their `finally` blocks: not in the next execution.
		drained(this.#done)
	}
}

/** FNV's step. */
function mixed(hash: number, value: number): number {
	return Math.imul(hash ^ value, 0x01000193)
}
