import type { TraceEvent } from '@tsgotrace/runtime'
import { census } from '../platform/census.js'
import { VirtualClock } from '../platform/clock.js'
import { context } from '../platform/context.js'
import { originals } from '../platform/originals.js'
import { Suspended } from '../platform/suspended.js'
import { unchained } from '../platform/turn.js'
import { Listener } from '../world/listener.js'
import type { Met } from '../world/met.js'
import type { Settings } from '../world/options.js'
import type { Body } from '../world/run.js'
import { T } from '../world/t.js'
import { World } from '../world/world.js'
import { Controller, type Strategy } from './controller.js'
import { type Driver, none } from './driver.js'
import { Natural } from './natural.js'
import { type Deviation, isUndisturbed, orderOf, type Step } from './schedule.js'
import type { ExecutionLimits } from './settling.js'
import type { Waits } from './waits.js'

/** What one execution was like. */
export interface Outcome {
	readonly failure: Error | undefined
	readonly widths: readonly number[]
	readonly states: readonly number[]
	/** Empty unless the execution is a detailed one. */
	readonly hashes: readonly number[]
	/** Empty unless the body has actions, or in the natural order. */
	readonly occurrences: readonly number[]
	readonly moments: Driver['moments']
	/** In the natural order only. */
	readonly rooms: readonly number[]
	readonly arrivals: readonly number[]
	readonly requests: readonly number[]
	readonly contended: readonly boolean[]
	/** One for each deviation that was applied. Fewer than there are: the execution went another way. */
	readonly marks: Driver['marks']
	/** How many actions have happened. */
	readonly injected: number
	/** The names of the actions that the body has declared. */
	readonly actions: readonly string[]
	readonly uncontrolled: ReadonlySet<string>
	/** How many callbacks of real timers and I/O the execution has got, by type. */
	readonly callbacks: ReadonlyMap<string, number>
	readonly met: Met
	/** Whether a task has polled by microtasks for one that waited. */
	readonly polls: boolean
	/** How often it has waited without result for what stayed alive. */
	readonly settles: number
	/** The streams and what came on them; undefined where an action has happened, which may well change that. */
	readonly shape: ReadonlyMap<string, readonly string[] | null> | undefined
	/** Empty unless the execution is a detailed one. */
	readonly steps: readonly Step[]
}

interface ExecutionOptions {
	/** Makes the one for an execution: it may take more than one. */
	readonly strategy?: (() => Strategy) | undefined
	/** Whether each step is recorded, with its place. */
	readonly detail?: boolean
	/**
	 * An execution with the same deviations has ended in a deadlock: where tasks hang is recorded, which takes its time,
	 * and if it has waited for the dead time that is not waited for again.
	 */
	readonly hung?: ExecutionLimits['hung']
	/**
	 * Whether tasks may poll by microtasks for others that wait: it is looked for, which takes its time. A detailed
	 * execution always does.
	 */
	readonly watches?: boolean
	/** Finds where tasks wait outside of choice points, which takes its time. */
	readonly waits?: Waits | undefined
}

/** At how many promises an execution looks that has hung before. */
const looked = 100_000

/** How often the event loop gets a turn, in milliseconds. */
const pause = 20

/** Executes a body under one schedule after the other. */
export class Executor {
	readonly #body: Body
	readonly settings: Settings
	readonly #limits: ExecutionLimits
	readonly #listener = new Listener()
	readonly #clock: VirtualClock | undefined
	readonly #points: (event: TraceEvent) => boolean
	readonly #microtasks: number
	readonly #everywhere: boolean
	/** Which probes are attached: of the choice points, and of all events. */
	#listens = false
	#everything = false
	#hasActions = false
	#paused = Number.NEGATIVE_INFINITY
	/** Ends what listens to the signal of the runner. */
	#stop: () => void = () => {}

	/**
	 * @param points which pausable events are choice points, and at which events actions are injected
	 * @param everywhere whether actions are also injected where a task begins to await, in files that the plugin has
	 * rewritten
	 * @param microtasks how many microtasks after a moment of the natural order something may happen, at most
	 */
	constructor(
		body: Body,
		settings: Settings,
		limits: ExecutionLimits,
		points: (event: TraceEvent) => boolean,
		{ microtasks = 8, everywhere = false }: { readonly microtasks?: number; readonly everywhere?: boolean } = {},
	) {
		this.#body = body
		this.settings = settings
		this.#limits = limits
		this.#points = points
		this.#microtasks = microtasks
		this.#everywhere = everywhere
		this.#clock = settings.time === 'virtual' ? new VirtualClock() : undefined
	}

	/** Execute the body once. */
	execute(deviations: readonly Deviation[], how: ExecutionOptions = {}): Promise<Outcome> {
		// Undisturbed, a body begins where its caller is in the turn of the event loop, as in `run`: what an immediate and
		// a file do depends on that.
		if (isUndisturbed(deviations) || originals.now() - this.#paused < pause) return this.#once(deviations, how)
		return this.#pause().then(() => this.#once(deviations, how))
	}

	#once(deviations: readonly Deviation[], how: ExecutionOptions): Promise<Outcome> {
		const order = orderOf(deviations)
		const { strategy, detail = false, watches = false, waits, hung } = how
		if (order === 'plain') this.#listenToNone()
		else this.#listen()
		// Events that cannot pause matter where actions are injected, and for the picture.
		if (order === 'natural' || (detail && order === undefined)) this.#listenToAll()
		// Probes of ordinary ones cost no microtask.
		else if (detail) this.#listener.attachAll(event => !event.async && this.#points(event))
		const injects = this.#everything && (detail || this.#hasActions)
		const suspended = hung !== undefined ? new Suspended(looked) : undefined
		const limits = hung !== undefined ? { ...this.#limits, hung } : this.#limits
		const driver =
			order === undefined
				? new Controller(
						deviations,
						limits,
						{ injects, everywhere: this.#everywhere, watches: detail || watches, waits },
						strategy?.(),
					)
				: new Natural(deviations, limits, this.#microtasks, () => this.#listen(), waits)
		const watcher = waits ?? suspended
		if (watcher !== undefined) this.#watch(watcher, injects && order === undefined)
		const world = this.#world(driver, detail, suspended)
		const ended = (): Outcome | Promise<Outcome> => {
			this.#stop()
			if (watcher !== undefined) this.#unwatch(watcher)
			// This failure does not come from the schedule, and no other schedule follows.
			this.settings.signal?.throwIfAborted()
			const outcome = outcomeOf(world, driver)
			const hasActions = outcome.actions.length > 0
			if (hasActions) this.#hasActions = true
			if (census.light && !context.light) {
				// The body has begun to use async_hooks, and some of it may have lost its context. It goes on with them, and
				// this execution does not count.
				census.restore()
			} else if (!hasActions || injects || order !== undefined) return outcome
			else this.#listenToAll()
			return this.#once(deviations, how)
		}
		// One promise: a search makes thousands of executions a second.
		return context.run(undefined, () => {
			world.start(() => this.#body(new T(world)))
			return new Promise<Outcome>((resolve, reject) => {
				driver.control(world, () => {
					try {
						resolve(ended())
					} catch (error) {
						reject(error)
					}
				})
			})
		})
	}

	#watch(waits: Waits | Suspended, injects: boolean): void {
		// They need V8's hooks too.
		census.restore()
		waits.start(this.#clock !== undefined, injects)
	}

	#unwatch(waits: Waits | Suspended): void {
		waits.stop()
		// The next execution does without again.
		this.#paused = Number.NEGATIVE_INFINITY
	}

	/** Detach all probes. Real time again. What waits for this is no longer called by us. */
	done(): Promise<void> {
		census.restore()
		this.#listener.done()
		this.#clock?.uninstall()
		return unchained()
	}

	/** Executions need no turn of the event loop, but signals of the system, timers and the runner do. */
	#pause(): Promise<void> {
		return new Promise<void>(resolve =>
			census.untracked(() =>
				originals.setImmediate(() => {
					census.lighten()
					this.#paused = originals.now()
					resolve()
				}),
			),
		)
	}

	/** Probes of pausable events cost their tasks a microtask. */
	#listenToNone(): void {
		this.#listener.done()
		this.#listens = false
		this.#everything = false
	}

	#listen(): void {
		if (this.#listens) return
		this.#listens = true
		this.#listener.attachAll(event => event.async && this.#points(event))
	}

	#listenToAll(): void {
		if (this.#everything) return
		this.#everything = true
		this.#listener.attachAll(this.#points)
	}

	/** An execution that is about to begin. */
	#world(driver: Driver, detail: boolean, suspended: Suspended | undefined): World {
		this.#clock?.reset()
		const world = new World(this.settings, this.#listener, {
			detail,
			suspended,
			clock: this.#clock,
			controller: driver,
		})
		this.#listener.current = world
		this.#stop = world.endWith(this.settings.signal)
		return world
	}
}

function outcomeOf(world: World, driver: Driver): Outcome {
	const {
		widths,
		states,
		hashes,
		occurrences,
		moments,
		rooms,
		arrivals,
		requests,
		contended,
		marks,
		injected,
		uncontrolled,
		callbacks,
		settles,
		polls,
		log,
	} = driver
	return {
		failure: world.failure,
		widths,
		states,
		hashes,
		occurrences,
		moments,
		rooms,
		arrivals,
		requests,
		contended,
		marks,
		injected,
		actions: world.actions.length === 0 ? none : world.actions.map(({ name }) => name),
		uncontrolled,
		callbacks,
		settles,
		met: world.met,
		polls,
		shape: world.acted ? undefined : world.streams.shape(),
		steps: log,
	}
}
