import { census } from '../platform/census.js'
import { type Asked, context } from '../platform/context.js'
import { deferred } from '../platform/deferred.js'
import { originals } from '../platform/originals.js'
import { Spin } from '../platform/spin.js'
import { drained } from '../platform/turn.js'
import type { Parked } from '../world/control.js'
import { here } from '../world/here.js'
import { type CallStack, type ListenedEvent, placeOfSite, siteBelow } from '../world/signal.js'
import { hashText, type Task } from '../world/task.js'
import type { World } from '../world/world.js'
import { callTexts, Driver, none, spin } from './driver.js'
import { mixed, startHash, timeHash } from './fingerprint.js'
import { callbackText, type Late, LateCallbacks } from './late.js'
import { afterMicrotasks, callback, type DeviationMark, event, type Moment, rest } from './moment.js'
import { MicrotaskOffers } from './offers.js'
import { type Deviation, type Hold, isHold, isLate, isTaskHold, isUndisturbed, only, orderOf } from './schedule.js'
import type { ExecutionLimits } from './settling.js'
import type { Waits } from './waits.js'

/**
 * Timers and callbacks in a row that a held task is passed by: others may poll, by timers of 0 ms, until it has done
 * something.
 */
const patience = 200

/**
 * As {@link spin}, in the undisturbed execution. It polls for what no choice point stops, unless events are listened
 * to.
 */
const plainSpin = 100_000

/**
 * Choice points that are passed without a pause. A task that passes more polls, and waits until nothing else can
 * continue.
 */
const maxArrivals = 1000

/**
 * Lets tasks go on as they would without a search, but for those that a deviation holds: from one arrival at a choice
 * point to one moment.
 *
 * Moments, at which tasks are released and actions injected, are an event, a start and an `await` of the plugin; the
 * end of each callback of Node, and the begin of the body; and each time that all microtasks have run.
 */
export class Natural extends Driver {
	override readonly rooms: number[] = []
	override readonly arrivals: number[] = []
	override readonly requests: number[] = []
	override readonly contended: boolean[] = []
	readonly #late: LateCallbacks
	/** Of tasks and of callbacks. */
	readonly #all: readonly Hold[]
	readonly #holds: readonly Hold[]
	readonly #marks = new Map<Hold, DeviationMark>()
	#nextHold = 0
	/** How many wait that are held, and have not been released. */
	#held = 0
	/** Whether something has run since all microtasks had. */
	#ran = true
	/** Since when timers and callbacks are counted in {@link patience}. */
	#passes = 0
	/** Arrivals at choice points: all, and since all microtasks have run. */
	#arrivedEver = 0
	#arrived = 0
	/** Counts continuations of promises since then. */
	readonly #spin = new Spin(plainSpin, () => this.#polled())
	#unwatch: (() => void) | undefined
	readonly #offers: MicrotaskOffers
	readonly #plain: boolean
	/** Nothing at all is done to it. */
	readonly #undisturbed: boolean
	/** Whether a task waits that passes many choice points without a pause. */
	#stops: boolean
	readonly #listen: () => void
	readonly #waits: Waits | undefined

	/**
	 * @param microtasks how many microtasks after a moment actions are injected, and tasks go on, at most
	 * @param listen listens to pausable events: called where the undisturbed execution never pauses
	 * @param waits gets the choice points that were passed
	 */
	constructor(
		deviations: readonly Deviation[],
		limits: ExecutionLimits,
		microtasks: number,
		listen: () => void,
		waits?: Waits,
	) {
		super(deviations, limits)
		this.#offers = new MicrotaskOffers(microtasks, this.rooms)
		const inOrder = (a: Hold, b: Hold): number => a.at - b.at
		this.#all = only(deviations, isHold, inOrder)
		this.#holds = only(deviations, isTaskHold, inOrder)
		this.#late = new LateCallbacks(only(deviations, isLate, inOrder), this.requests, this.contended)
		this.#plain = orderOf(deviations) === 'plain'
		this.#undisturbed = isUndisturbed(deviations)
		this.#stops = !this.#plain
		this.#listen = listen
		this.#waits = waits
	}

	override control(world: World, done: () => void): void {
		super.control(world, done)
		// That of the order itself.
		this.applied()
		this.#moment(callback)
		if (this.#plain) this.#unwatch = context.watch(this.#spin)
	}

	starts(task: Task<unknown>): Promise<void> | undefined {
		const hash = task.hash ^ startHash
		const hold = this.#arrives(hash)
		if (hold === undefined) {
			this.starting(task, none, false)
			this.#moment(event)
			return undefined
		}
		const gate = deferred()
		this.#park({ task, event: undefined, args: none, site: undefined, hash, hold, tight: false, gate }, hold)
		return gate.promise
	}

	signalled(
		source: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
	): Promise<void> | undefined {
		const hash = task.hash ^ source.hash
		if (!source.event.async) this.events = mixed(this.events, hash)
		else if (this.#stops && this.#arrived >= maxArrivals) return this.#wait(source, args, site, task, polls)
		else {
			const hold = this.#arrives(hash)
			if (hold !== undefined) return this.#wait(source, args, site, task, hold)
			this.#waits?.passes(task)
		}
		const signal = { event: source.event, args, site }
		task.last = signal
		this.occurs(task, signal, none, false)
		return this.world.deliver(signal, task)
	}

	awaits(
		source: ListenedEvent,
		site: CallStack | undefined,
		task: Task<unknown>,
	): (() => Promise<void> | undefined) | undefined {
		const polling = this.#stops && this.#arrived >= maxArrivals
		const hold = polling ? polls : this.#arrives(task.hash ^ source.hash)
		if (hold !== undefined)
			return () =>
				this.world.closed
					? this.world.signal(source, none, task, site)
					: this.#wait(source, none, site, task, hold, this.ours)
		this.#waits?.passes(task)
		const signal = { event: source.event, args: none, site }
		task.last = signal
		this.occurs(task, signal, none, false)
		return undefined
	}

	override asked(resource: Asked, handle: object): void {
		if (this.over) return
		const { task } = here()!
		// eslint-disable-next-line typescript/unbound-method -- it is not called
		const site = this.world.detail ? siteBelow(this.asked) : undefined
		this.#late.asked(
			resource,
			handle,
			mixed(this.hash, this.events),
			() => this.applied(),
			late => this.#comes(late, task, site),
		)
	}

	override called(resource: Asked): void {
		super.called(resource)
		if (this.over) return
		this.#late.called(resource, census.pending(this.world), this.hasTime())
		if (this.#undisturbed) return
		this.#passes++
		this.#begins()
		this.#moment(callback)
		// In Node all microtasks run between two callbacks: so the number of moments is the same on each machine.
		drained(this.look)
	}

	protected occurred(): void {
		this.#moment(event)
	}

	protected override rests(): boolean {
		if (!this.#ran || this.world.failure !== undefined) return false
		this.#begins()
		this.#ran = false
		// After the end nothing happens.
		if (this.world.tasks.every(({ state }) => state !== 'running')) return false
		if (this.#held > 0 && this.#passes >= patience) {
			this.#release(0)
			return true
		}
		if (this.#late.next()) {
			this.#moment(callback)
			return true
		}
		const due = this.#late.due(census.pending(this.world))
		if (due !== undefined) {
			this.#free(due.hold)
			return true
		}
		this.ours = true
		if (this.#moment(rest)) {
			this.#ran = true
			return true
		}
		this.ours = false
		return false
	}

	protected override taken(): number {
		return this.widths.length + this.#arrivedEver
	}

	/** Time passes; held tasks continue when no timer is left, or when timers do not end, as those of an interval. */
	protected decide(width: number): void {
		const { waiting } = this
		this.#begins()
		this.#ran = true
		const passes = this.hasTime() && (waiting.length === 0 || this.#passes++ < patience)
		// Tasks that would have continued at once, if they were not held, come first: no time passes.
		const at = Math.max(0, waiting.tight > 0 ? waiting.indexOf(parked => parked.tight) : 0)
		const chosen = passes ? undefined : waiting.at(at)
		this.hash = mixed(this.hash, waiting.hash + width)
		this.states.push(this.hash)
		this.hash = mixed(this.hash, chosen?.hash ?? timeHash)
		this.widths.push(width)
		if (this.world.detail) this.hashes.push(this.hash)
		if (chosen === undefined) this.pass(none)
		else this.#release(at)
	}

	protected override ended(): void {
		this.#unwatch?.()
		// What was held back comes all the same.
		for (const call of this.#late.rest()) call()
	}

	/** A callback that is to be late has come. */
	#comes(late: Late, task: Task<unknown>, site: CallStack | undefined): void {
		const { hold, mark, resource } = late
		if (this.over || !this.#late.hold(late, census.pending(this.world))) return late.call()
		mark.from = this.occurrences.length
		this.#marks.set(hold, mark)
		const hash = task.hash ^ hashText(resource.type)
		this.#park({ task, event: undefined, args: none, site, hash, hold, tight: false, gate: deferred() }, hold)
	}

	/** A task comes to a choice point. @returns the deviation that holds it */
	#arrives(hash: number): Hold | undefined {
		this.#arrived++
		this.#arrivedEver++
		if (this.#plain) return undefined
		const at = this.arrivals.push(mixed(this.hash, this.events)) - 1
		this.hash = mixed(this.hash, hash)
		if (this.world.detail) this.hashes.push(this.hash)
		const hold = this.#holds[this.#nextHold]
		if (hold?.at !== at) return undefined
		this.#nextHold++
		this.#marks.set(hold, this.applied())
		return hold
	}

	#wait(
		{ event: of, hash }: ListenedEvent,
		args: readonly unknown[],
		site: CallStack | undefined,
		task: Task<unknown>,
		hold: Hold,
		tight = false,
	): Promise<void> {
		const gate = deferred()
		const parked = { task, event: of, args, site, hash: task.hash ^ hash, hold, tight, gate }
		task.last = parked
		this.#park(parked, hold)
		return gate.promise
	}

	#park(parked: Parked, hold: Hold): void {
		this.waiting.add(parked)
		if (this.world.detail && hold !== polls) this.#recordHold(parked)
		this.#passes = 0
		this.#held++
		this.#spin.count = 0
		this.#spin.limit = spin
		this.#unwatch ??= context.watch(this.#spin)
		if (hold.until === 'here') afterMicrotasks(hold.after, () => this.#free(hold))
		// The moment may have been while the value had not settled.
		else if (hold.until !== 'quiet' && hold.until < this.occurrences.length) this.#free(hold)
	}

	#recordHold(parked: Parked): void {
		const { task, event: of, hold, site } = parked
		const late = this.#late.of(hold)
		const text = of !== undefined ? callTexts(parked) : { text: late === undefined ? 'start' : callbackText(late) }
		this.record({ task: task.name, kind: 'hold', ...text, place: placeOfSite(site), delayed: none })
	}

	/** A continuation of a promise begins: without a pause, after many others, a task polls for one that is held. */
	#polled(): void {
		this.#spin.count = 0
		if (this.over) return
		if (this.#held > 0) {
			census.untracked(() =>
				originals.microtask(() => {
					if (this.waiting.length > 0 && !this.over) this.#release(0)
				}),
			)
		} else if (!this.#stops) {
			this.#stops = true
			this.#listen()
		}
	}

	/** Here a task may go on, or an action be injected. @returns whether that lets something run */
	#moment(kind: Moment): boolean {
		this.#ran ||= kind !== rest
		if (this.#undisturbed) return false
		const at = this.occurrences.length
		this.#offers.moment(kind, at)
		let runs = this.moment(kind)
		this.hash = mixed(this.hash, this.events)
		if (this.world.detail) this.hashes.push(this.hash)
		for (const hold of this.#all)
			if (hold.until === at) {
				runs = true
				afterMicrotasks(hold.after, () => this.#free(hold))
			}
		return runs
	}

	/** The task that `hold` holds continues, if it still waits. */
	#free(hold: Hold): void {
		if (this.over) return
		const at = this.waiting.indexOf(parked => parked.hold === hold)
		if (at >= 0) this.#release(at)
	}

	#release(index: number): void {
		const { waiting } = this
		// The order of the others stays as it is.
		const parked = waiting.at(index)!
		waiting.take(index)
		const mark = this.#marks.get(parked.hold as Hold)
		if (mark !== undefined) mark.until = this.occurrences.length
		this.hash = mixed(this.hash, parked.hash)
		if (--this.#held === 0) {
			this.#spin.limit = plainSpin
			if (!this.#plain) {
				this.#unwatch?.()
				this.#unwatch = undefined
			}
		}
		this.#ran = true
		const late = this.#late.of(parked.hold)
		if (late !== undefined) return this.#call(late, parked)
		this.resume(parked, none, parked.hold !== polls)
		if (parked.event === undefined) this.#moment(event)
	}

	/** A callback that was held back is called. */
	#call(late: Late, { task, site }: Parked): void {
		this.ours = false
		if (this.world.detail)
			this.record({
				task: task.name,
				kind: 'callback',
				text: callbackText(late),
				place: placeOfSite(site),
				delayed: none,
				held: true,
			})
		this.#late.release(late)
		this.#moment(callback)
	}

	/** All microtasks have run, or a callback of Node has. */
	#begins(): void {
		this.#arrived = 0
		this.#spin.count = 0
	}
}

/** Holds a task that polls. */
const polls: Hold = { kind: 'hold', at: -1, until: 'quiet', after: 0 }
