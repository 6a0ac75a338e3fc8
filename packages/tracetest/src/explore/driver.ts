import { briefCall } from '../platform/brief.js'
import { census } from '../platform/census.js'
import { foreignTimers } from '../platform/clock.js'
import type { Asked } from '../platform/context.js'
import { originals } from '../platform/originals.js'
import { callText, nameOf, thousands } from '../platform/text.js'
import { chained, drained, drainNow, later, turn } from '../platform/turn.js'
import type { Control, Parked } from '../world/control.js'
import { asError } from '../world/errors.js'
import { LostTaskSearch } from '../world/lost.js'
import { TraceNak } from '../world/nak.js'
import { deadlock, finish } from '../world/over.js'
import { type CallStack, type ListenedEvent, placeOfSite, type Signal } from '../world/signal.js'
import type { Task } from '../world/task.js'
import { Waiting } from '../world/waiting.js'
import type { World } from '../world/world.js'
import { mixed } from './fingerprint.js'
import { afterMicrotasks, type DeviationMark, event, type Moment, rest } from './moment.js'
import { type Deviation, type Injection, isInjection, only, type Step } from './schedule.js'
import { type ExecutionLimits, Settling } from './settling.js'

/** Continuations of promises without a pause, after which a task polls by microtasks for one that waits, or is held. */
export const spin = 10_000

export const none: readonly string[] = []
const nothing: ReadonlySet<string> = new Set()
const never: ReadonlyMap<string, number> = new Map()
const noNumbers: readonly number[] = []
const noFlags: readonly boolean[] = []

/**
 * Drives one execution to its end: looks whenever all microtasks have run, waits for what is alive, lets time pass,
 * sees the end, a failure and a deadlock. Which task goes on is for others to say.
 */
export abstract class Driver implements Control {
	/** Number of choices, for each decision. */
	readonly widths: number[] = []
	/** Fingerprint of all that came before each decision, and of the waiting tasks. */
	readonly states: number[] = []
	/** The same, with what was chosen. Of detailed executions: tokens are made of them. */
	readonly hashes: number[] = []
	/** Fingerprint of all that came before, for each place where actions are injected. */
	readonly occurrences: number[] = []
	/** What each of these places is. */
	readonly moments: Moment[] = []
	/** In the natural order: up to how many microtasks later an action may be injected, for each of these places. */
	readonly rooms: readonly number[] = noNumbers
	/** Fingerprint of all that came before, for each arrival at a choice point where a task may be held. */
	readonly arrivals: readonly number[] = noNumbers
	/** Fingerprint of all that came before, for each callback that may be late, when it was asked for. */
	readonly requests: readonly number[] = noNumbers
	/** Whether something else could come before it. */
	readonly contended: readonly boolean[] = noFlags
	/** One for each deviation that was applied. */
	readonly marks: DeviationMark[] = []
	/** How many actions were injected. */
	injected = 0
	/** Steps with their text and places, where the execution is a detailed one. */
	readonly log: Step[] = []
	/** Whether a task has polled by microtasks for one that waited. */
	polls = false
	/** Made on first use. */
	#callbacks: Map<string, number> | undefined
	protected readonly waiting: Waiting = new Waiting()
	protected readonly limits: ExecutionLimits
	protected world!: World
	protected hash: number = 0x811c9dc5 | 0
	/** A hash of all events that cannot pause: part of the fingerprint where an action is injected. */
	protected events: number = 0x811c9dc5 | 0
	protected over = false
	/** Whether what runs now runs because we have let it: no timer, and no I/O, has led to it. */
	protected ours = true
	readonly #injections: readonly Injection[]
	#nextInjection = 0
	#done!: () => void
	/** Made when the execution waits for what is alive: most have nothing to wait for. */
	#settling: Settling | undefined
	/** Made when no task can go on, and something is alive. */
	#lostSearch: LostTaskSearch | undefined
	#quiet = 0
	#quietSince = 0
	/** Since when all tasks have ended, and something that the body has started has not. */
	#workingSince: number | undefined

	/**
	 * Kinds of resources that stayed alive while a decision had to be made: the schedule is then not fully controlled.
	 */
	get uncontrolled(): ReadonlySet<string> {
		return this.#settling?.uncontrolled ?? nothing
	}

	/** How often it has waited without result for what stayed alive. */
	get settles(): number {
		return this.#settling?.settles ?? 0
	}

	/** How many callbacks of real timers and I/O the execution has got, by type. */
	get callbacks(): ReadonlyMap<string, number> {
		return this.#callbacks ?? never
	}

	constructor(deviations: readonly Deviation[], limits: ExecutionLimits) {
		this.limits = limits
		this.#injections = only(deviations, isInjection, (a, b) => a.at - b.at || a.after - b.after)
	}

	abstract starts(task: Task<unknown>): Promise<void> | undefined

	abstract signalled(
		source: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
	): Promise<void> | undefined

	abstract awaits(
		source: ListenedEvent,
		site: CallStack | undefined,
		task: Task<unknown>,
	): (() => Promise<void> | undefined) | undefined

	/**
	 * A task waits, or time may pass, and nothing else can run: choose what continues.
	 * @param width how many choices there are
	 */
	protected abstract decide(width: number): void

	/** Drive the execution of `world` from now on; `done` is called when it is over. */
	control(world: World, done: () => void): void {
		this.world = world
		this.#done = done
		chained(this.look)
	}

	/** How many choices there are at the decision that is to be made. */
	get width(): number {
		return this.waiting.length + (this.hasTime() ? 1 : 0)
	}

	/**
	 * Put the tasks that wait for their turn into `tasks`, in the order of choices; undefined means time.
	 * @returns how many there are
	 */
	choices(tasks: (Task<unknown> | undefined)[]): number {
		return this.waiting.choices(tasks, this.hasTime())
	}

	/** Whether letting time pass is a choice. */
	protected hasTime(): boolean {
		const { clock } = this.world
		return clock !== undefined && this.waiting.tight === 0 && clock.count > 0
	}

	/** What the execution asks for comes when it comes. */
	asked(_resource: Asked, _handle: object): void {}

	called({ type }: Asked): void {
		this.#callbacks ??= new Map()
		this.#callbacks.set(type, (this.#callbacks.get(type) ?? 0) + 1)
	}

	close(reason: string): void {
		for (const parked of this.waiting.clear())
			if (parked.event !== undefined && this.world.settings.nak === 'reject')
				parked.gate.reject(new TraceNak(`${nameOf(parked.event)}: send: ${reason}`))
	}

	/** Looks, decides and lets run, again and again for as long as what runs can be made to run at once. */
	protected readonly look = (): void => {
		let looks = false
		try {
			for (;;) {
				this.ours = false
				if (!this.#step()) break
				if (!drainNow()) return
			}
			looks = true
		} finally {
			// An error of the traced code in its own callback is reported by the process, and the execution goes on.
			if (!looks) drained(this.look)
		}
	}

	/** @returns whether something was let run, and there is to be another look once all microtasks have run */
	#step(): boolean {
		if (this.over) return false
		try {
			if (this.rests()) return true
			const { width } = this
			if (!this.#isTime(width)) return false
			this.decide(width)
			return true
		} catch (error) {
			// Without a text of what was going on, which may be what has failed.
			this.world.failure ??= asError(error)
			this.world.close('canceled')
			this.#end()
			return false
		}
	}

	/** All microtasks have run. @returns whether it has let something run */
	protected rests(): boolean {
		return false
	}

	/** Whether it is time for a decision where a task waits: nothing has happened, or is alive, that comes first. */
	protected isDue(): boolean {
		const { world } = this
		const failed = world.failure !== undefined || world.tasks[0]!.state === 'rejected'
		return !failed && this.#quiet === 0 && this.#settling === undefined && census.quiet(world)
	}

	/** Whether it is time for a decision. If not, the execution is over, or there will be another look. */
	#isTime(width: number): boolean {
		const { world } = this
		const body = world.tasks[0]!
		if (world.failure === undefined && body.state === 'rejected') world.fail(body.error)
		if (world.failure !== undefined) {
			this.#end()
			return false
		}
		if (this.waiting.length === 0 && world.tasks.every(({ state }) => state !== 'running')) {
			this.#finish()
			return false
		}
		// Microtasks have led to where a task waits: in a program without us nothing comes before it continues.
		const quiet = this.waiting.tight > 0 || this.#isQuiet(width)
		if (!quiet) {
			this.#settling ??= new Settling(world, this.limits)
			const isOver = this.#settling.isOver(width)
			const canBeLost = width === 0 && this.limits.hung !== 'unproved'
			if (canBeLost && (this.#lostSearch ??= new LostTaskSearch(world)).begin(isOver, this.#lost)) return false
			if (!isOver) {
				this.#quiet = 0
				later(this.#settling.pause, this.look)
				return false
			}
		}
		this.#settling?.end()
		this.#lostSearch?.reset()
		if (width === 0) {
			this.#stuck(quiet)
			return false
		}
		this.#quiet = 0
		if (this.taken() >= this.limits.steps) {
			const error = new Error(
				`no end after ${thousands(this.limits.steps)} decisions: a livelock? (option "steps" raises the limit)`,
			)
			world.fail(error, (this.waiting.last ?? this.waiting.at(0)?.task)?.last?.site)
			this.#end()
			return false
		}
		return true
	}

	/** How many decisions were made. */
	protected taken(): number {
		return this.widths.length
	}

	/** The task that waits here continues. */
	protected resume(parked: Parked, delayed: readonly string[], held = false): void {
		const { task } = parked
		this.ours = true
		if (parked.event === undefined) {
			this.starting(task, delayed, held)
			parked.gate.resolve()
			return
		}
		this.occurs(task, parked, delayed, held)
		const delivered = this.world.deliver(parked, task)
		const { resolve, reject } = parked.gate
		if (delivered === undefined) resolve()
		else delivered.then(resolve, reject)
	}

	/** Time passes until the next timer. */
	protected pass(delayed: readonly string[]): void {
		const { world } = this
		this.ours = false
		this.waiting.passed()
		world.met.times++
		try {
			world.clock!.next()
		} catch (error) {
			world.fail(error)
		}
		this.record({ task: '(time)', kind: 'time', text: `→ ${world.clock!.now} ms`, place: undefined, delayed })
	}

	/** A task begins. */
	protected starting(task: Task<unknown>, delayed: readonly string[], held: boolean): void {
		if (this.world.detail)
			this.record({ task: task.name, kind: 'start', text: 'start', place: undefined, delayed, ...(held && { held }) })
	}

	/** An event happens, now. */
	protected occurs(task: Task<unknown>, signal: Signal, delayed: readonly string[], held: boolean): void {
		if (this.world.detail) this.#recordEvent(task, signal, delayed, held)
		this.occurred()
	}

	/** An event has happened: a moment at which something may be injected. */
	protected abstract occurred(): void

	#recordEvent(task: Task<unknown>, signal: Signal, delayed: readonly string[], held: boolean): void {
		const place = placeOfSite(signal.site)
		this.record({ task: task.name, kind: 'event', ...callTexts(signal), place, delayed, ...(held && { held }) })
	}

	/** Here actions may be injected. @returns whether one was */
	protected moment(kind: Moment): boolean {
		this.moments.push(kind)
		const at = this.occurrences.push(mixed(this.hash, this.events)) - 1
		let any = false
		// Several actions may be injected at one occurrence.
		for (;;) {
			const injection = this.#injections[this.#nextInjection]
			if (injection?.at !== at) return any
			this.#nextInjection++
			this.hash = mixed(this.hash, mixed(this.events, injection.action))
			this.applied()
			this.#inject(injection, kind)
			any = true
		}
	}

	protected applied(): DeviationMark {
		const { widths, occurrences, arrivals, requests, hash } = this
		const mark = {
			decision: widths.length,
			occurrence: occurrences.length,
			arrival: arrivals.length,
			request: requests.length,
			hash,
		}
		this.marks.push(mark)
		return mark
	}

	/** Run an action now, or some microtasks later. */
	#inject({ action: number, after }: Injection, kind: Moment): void {
		const { world } = this
		const where = kind === event ? {} : ({ where: kind === rest ? 'rest' : 'callback' } as const)
		afterMicrotasks(after, () => {
			// It may be declared, or the execution end, in the meantime.
			const action = world.actions[number]
			if (world.closed || action === undefined) return
			this.injected++
			// One that happens again is another task.
			world.act(action, task =>
				this.record({
					task: task.name,
					kind: 'action',
					text: action.name,
					place: undefined,
					delayed: [],
					after,
					...where,
				}),
			)
		})
	}

	protected record(step: Omit<Step, 'time'>): void {
		if (this.world.detail) this.log.push({ ...step, time: this.world.clock?.now })
	}

	/** Whether nothing is alive that a decision should wait for. */
	#isQuiet(width: number): boolean {
		const { world } = this
		return census.quiet(world) && (width > 0 || (census.empty(world) && foreignTimers(world.clock) === 0))
	}

	/**
	 * No task can continue. That is certain if nothing is alive, and that is still so after two turns of the event loop.
	 */
	#stuck(proved: boolean): void {
		const now = originals.now()
		if (this.#quiet++ === 0) this.#quietSince = now
		if (proved && this.#quiet <= 2) {
			turn(this.look)
			return
		}
		const { world } = this
		deadlock(world, { proved, ms: proved ? now - this.#quietSince : this.limits.deadTime }, world.streams.receivers[0])
		this.#end()
	}

	/** No task can go on, and these never will. */
	readonly #lost = (lost: readonly Task<unknown>[], ms: number): void => {
		if (lost.length > 0 && this.world.failure === undefined && this.width === 0) {
			deadlock(this.world, { proved: true, ms, lost }, this.world.streams.receivers[0])
			this.#end()
		} else this.look()
	}

	#finish(): void {
		// Code that no task waits for may still signal.
		if (this.#quiet++ === 0) {
			this.#workingSince = undefined
			chained(this.look)
			return
		}
		if (census.working(this.world)) {
			const now = originals.now()
			this.#workingSince ??= now
			if (now - this.#workingSince < this.limits.settle) {
				later(0, this.look)
				return
			}
		}
		finish(this.world)
		this.#end()
	}

	#end(): void {
		this.over = true
		this.ended()
		// Refused tasks run their `finally` blocks now, and not in the next execution.
		chained(this.#done)
	}

	/** The execution is over. */
	protected ended(): void {}
}

/** A call of the program, in full and briefly. */
export function callTexts({ event: of, args }: Pick<Signal, 'event' | 'args'>): Pick<Step, 'text' | 'brief'> {
	const [text, brief] = [callText(of, args), briefCall(of, args)]
	return brief === text ? { text } : { text, brief }
}
