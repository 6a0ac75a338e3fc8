import { context } from '../platform/context.js'
import { deferred } from '../platform/deferred.js'
import { originals } from '../platform/originals.js'
import { Spin } from '../platform/spin.js'
import { untracked } from '../platform/tracking.js'
import type { Parked } from '../world/control.js'
import type { CallStack, ListenedEvent } from '../world/signal.js'
import type { Task } from '../world/task.js'
import type { World } from '../world/world.js'
import { Driver, none, spin } from './driver.js'
import { mixed, startHash, timeHash } from './fingerprint.js'
import { event, rest } from './moment.js'
import { type Delay, type Deviation, isDelay, only, type Step } from './schedule.js'
import type { ExecutionLimits } from './settling.js'
import type { Waits } from './waits.js'
import { wherePassed } from './where.js'

/** Chooses which task continues where no deviation says so. */
export interface Strategy {
	/** @returns 0 for the default; at most `controller.width - 1` */
	choose(controller: Controller): number
}

/**
 * Decides which task continues. All tasks wait at each choice point, and between two decisions exactly one runs, until
 * it waits and all microtasks have run.
 *
 * What it records of each decision, the number of choices and a hash of all that was chosen before, is what exploration
 * and tokens need.
 */
export class Controller extends Driver {
	readonly #delays: readonly Delay[]
	readonly #strategy: Strategy | undefined
	readonly #injects: boolean
	readonly #everywhere: boolean
	#nextDelay = 0
	/** Where the tasks wait that this decision passes over. */
	#delayedAt: readonly string[] = none
	/** Whether something has run since actions were injected where all wait. */
	#ran = true
	readonly #watches: boolean
	readonly #waits: Waits | undefined
	/** Counts continuations of promises since all microtasks have run. */
	#spin: Spin | undefined
	#unwatch: (() => void) | undefined

	/**
	 * @param injects whether actions may be injected
	 * @param everywhere whether they are also injected where a task begins to await, in files that the plugin has
	 * rewritten
	 * @param watches whether tasks may poll by microtasks for others that wait
	 * @param waits is called where actions may be injected
	 */
	constructor(
		deviations: readonly Deviation[],
		limits: ExecutionLimits,
		{
			injects,
			everywhere,
			watches,
			waits,
		}: {
			readonly injects: boolean
			readonly everywhere: boolean
			readonly watches: boolean
			readonly waits: Waits | undefined
		},
		strategy?: Strategy,
	) {
		super(deviations, limits)
		this.#injects = injects
		this.#everywhere = injects && everywhere
		this.#watches = watches
		this.#waits = waits
		this.#delays = only(deviations, isDelay, (a, b) => a.at - b.at)
		this.#strategy = strategy
	}

	override control(world: World, done: () => void): void {
		super.control(world, done)
		if (!this.#watches) return
		this.#spin = new Spin(spin, () => this.#polled())
		this.#unwatch = context.watch(this.#spin)
	}

	/**
	 * Most decisions are made here, and not by the driver, whose code V8 compiles for the natural order too: that takes
	 * longer.
	 */
	protected override rests(): boolean {
		if (this.#spin !== undefined) this.#spin.count = 0
		if (this.waiting.length === 0 || this.widths.length >= this.limits.steps || !this.isDue()) return false
		this.decide(this.width)
		return true
	}

	protected override ended(): void {
		this.#unwatch?.()
	}

	/** A continuation of a promise begins, after many others without a pause: a task polls for one that waits. */
	#polled(): void {
		this.#spin!.count = 0
		untracked(() =>
			originals.microtask(() => {
				if (this.waiting.length === 0 || this.over) return
				this.polls = true
				this.decide(this.width)
			}),
		)
	}

	/** A task was made, and waits to start. */
	starts(task: Task<unknown>): Promise<void> {
		const gate = deferred()
		const hash = task.hash ^ startHash
		this.waiting.add({ task, event: undefined, args: none, site: undefined, hash, hold: undefined, tight: false, gate })
		return gate.promise
	}

	/** An event was signalled. The promise lets its task wait until it is its turn, and then for the test. */
	signalled(
		source: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
	): Promise<void> | undefined {
		const { hash } = source
		if (source.event.async) return this.#park(source, args, site, task, false)
		const signal = { event: source.event, args, site }
		task.last = signal
		this.events = mixed(this.events, task.hash ^ hash)
		this.occurs(task, signal, none, false)
		return this.world.deliver(signal, task)
	}

	awaits(source: ListenedEvent, site: CallStack | undefined, task: Task<unknown>): () => Promise<void> | undefined {
		if (this.#everywhere) this.#acts()
		return () =>
			this.world.closed ? this.world.signal(source, none, task, site) : this.#park(source, none, site, task, this.ours)
	}

	#park(
		{ event: of, hash }: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
		tight: boolean,
	): Promise<void> {
		const gate = deferred()
		const parked = { task, event: of, args, site, hash: task.hash ^ hash, hold: undefined, tight, gate }
		task.last = parked
		this.waiting.add(parked)
		return gate.promise
	}

	/** An action may be injected into each event. */
	protected occurred(): void {
		if (this.#injects) this.#acts()
	}

	#acts(): void {
		this.moment(event)
		this.#waits?.occurs()
	}

	protected override record(step: Omit<Step, 'time'>): void {
		super.record(step.delayed.length === 0 ? step : { ...step, delayedAt: this.#delayedAt })
	}

	/** The names of the tasks that are passed over: the first `by` choices. */
	#delayed(by: number, chosen: Parked | undefined): string[] {
		const hasTime = this.width > this.waiting.length
		const passed = Array.from({ length: by }, (_, i) => this.waiting.at(this.waiting.find(i, hasTime)))
		this.#delayedAt = wherePassed(passed, chosen)
		return [...new Set(passed.map(parked => parked?.task.name ?? '(time)'))]
	}

	protected decide(width: number): void {
		// And where all wait, before one of them goes on or time passes.
		if (this.#injects && this.#ran) {
			this.#ran = false
			if (this.moment(rest)) {
				this.ours = true
				this.#ran = true
				return
			}
		}
		this.#ran = true
		const { waiting } = this
		waiting.sort()
		const delay = this.#delays[this.#nextDelay]
		const planned = delay?.at === this.widths.length ? delay.by : undefined
		if (planned !== undefined) this.#nextDelay++
		const by = Math.min(planned ?? this.#strategy?.choose(this) ?? 0, width - 1)
		const at = by === 0 ? waiting.first(width > waiting.length) : waiting.find(by, width > waiting.length)
		const chosen = waiting.at(at)
		this.hash = mixed(this.hash, waiting.hash + width)
		this.states.push(this.hash)
		this.hash = mixed(this.hash, chosen?.hash ?? timeHash)
		this.widths.push(width)
		if (this.world.detail) this.hashes.push(this.hash)
		const delayed = by > 0 && this.world.detail ? this.#delayed(by, chosen) : none
		// Where fewer wait than were to be passed over it is not applied: the execution has gone another way.
		if (planned === by) this.applied()
		if (chosen === undefined) this.pass(delayed)
		else {
			waiting.take(at)
			this.resume(chosen, delayed)
		}
	}
}
