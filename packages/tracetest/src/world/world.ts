import type { TraceEvent } from '@tsgotrace/runtime'
import { mustBeEvent, mustBeFunction, mustBeName } from '../platform/check.js'
import type { VirtualClock } from '../platform/clock.js'
import { context } from '../platform/context.js'
import { copyOf } from '../platform/copy.js'
import { deferred } from '../platform/deferred.js'
import { originals } from '../platform/originals.js'
import type { Suspended } from '../platform/suspended.js'
import { callText, nameOf, valueText } from '../platform/text.js'
import type { Control } from './control.js'
import { asError, DeadlockError, place } from './errors.js'
import { floatingText, type Refusal, refusalText, streamTexts } from './failure.js'
import { type Here, here } from './here.js'
import type { Listener } from './listener.js'
import { type Met, metNothing } from './met.js'
import { TraceNak } from './nak.js'
import type { Settings } from './options.js'
import { type CallStack, type ListenedEvent, type Signal, siteOf } from './signal.js'
import { firstStream, type OnEvent, refuse, type StreamMessage, Streams } from './streams.js'
import { Observed, Task } from './task.js'

/** What may be injected at events. */
export interface Action {
	readonly name: string
	readonly fn: () => unknown
}

/** How a body is executed. */
interface WorldOptions {
	readonly clock?: VirtualClock | undefined
	readonly controller?: Control
	readonly detail?: boolean
	readonly suspended?: Suspended | undefined
}

/** One execution of the body of a test: its tasks, its streams of events, and how it ended. */
export class World {
	readonly settings: Settings
	readonly listener: Listener
	readonly clock: VirtualClock | undefined
	readonly streams: Streams = new Streams()
	/** All tasks in the order of `go`; the first is the body. */
	readonly tasks: Task<unknown>[] = []
	#outside: Task<unknown> | undefined
	readonly actions: Action[] = []
	/** What it has met so far, where a search decides. */
	readonly met: Met = metNothing()
	/** Decides which task continues at each event; without one, all do as they come. */
	readonly controller: Control | undefined
	/** Whether the stacks of signals are captured. */
	readonly detail: boolean
	/** Where tasks hang, where that is recorded. */
	readonly suspended: Suspended | undefined
	/** Over: events are refused, and nothing is received any more. */
	closed = false
	/** Why the test failed. */
	failure: Error | undefined
	/** Called when there may be something to decide: a task has settled, or the test failed. */
	onChange: () => void = nothing
	/** Made on first use, as all that few executions need: a search makes thousands of worlds a second. */
	#attached: Set<string> | undefined
	#acting: Map<Task<unknown>, Action> | undefined
	#messages = 0
	#snapshots: Map<string, (...args: readonly unknown[]) => unknown> | undefined
	#refused: Refusal[] | undefined
	#route: OnEvent<string | null | undefined> | undefined
	#names: Set<string> | undefined
	/** Of how many tasks it has the names. */
	#named = 0

	/** Represents code that signals outside of the context of the test. */
	get outside(): Task<unknown> {
		this.#outside ??= new Task('(outside)', -1)
		return this.#outside
	}

	constructor(settings: Settings, listener: Listener, how: WorldOptions = {}) {
		this.settings = settings
		this.listener = listener
		this.clock = how.clock
		this.controller = how.controller
		this.detail = how.detail ?? how.controller === undefined
		this.suspended = how.suspended
		if (this.suspended !== undefined) this.suspended.world = this
	}

	/**
	 * Fail when `signal` is aborted.
	 *
	 * @returns to be called at the end
	 */
	endWith(signal: AbortSignal | undefined): () => void {
		if (signal === undefined) return nothing
		const end = (): void => void this.fail(signal.reason)
		if (signal.aborted) end()
		signal.addEventListener('abort', end)
		return () => signal.removeEventListener('abort', end)
	}

	/** Let the body run. It is the first task, and starts at once. */
	start(body: () => unknown): Task<unknown> {
		const task = this.#task<unknown>('test')
		task.follow(Promise.resolve().then(() => this.#begin(task, body)))
		return task
	}

	/** Start a task, from outside of its own code: at once, as a call does, or when the controller lets it. */
	go<R>(name: string, fn: () => R | PromiseLike<R>): Task<R> {
		this.mustBeOpen('go')
		mustBeName('go', name)
		mustBeFunction(`go '${name}'`, fn)
		this.#name('go', name)
		const task = this.#task<R>(name)
		if (this.detail) task.begun = siteOf(this, 'go')
		this.met.starts++
		const started = this.controller?.starts(task)
		task.follow(started === undefined ? called(() => this.#enter(task, fn)) : started.then(() => this.#begin(task, fn)))
		return task
	}

	/** Call `fn` as `task`. */
	#enter<R>(task: Task<unknown>, fn: () => R): R {
		const store = { world: this, task }
		return waited(store, context.run(store, fn))
	}

	/** The same, in a microtask of its own. */
	#begin<R>(task: Task<unknown>, fn: () => R): R {
		const store = { world: this, task }
		return waited(store, context.runLast(store, fn))
	}

	attach(events: readonly TraceEvent[]): void {
		this.mustBeOpen('attach')
		for (const event of events) mustBeEvent('attach', event)
		this.listener.attach(events)
		this.#attached ??= new Set()
		for (const event of events) this.#attached.add(event.id)
	}

	route(fn: OnEvent<string | null | undefined>): void {
		mustBeFunction('route', fn)
		if (this.#route !== undefined) throw new Error('route: the test has a router already')
		this.#route = fn
	}

	snapshot(event: TraceEvent, fn: (...args: readonly unknown[]) => unknown): void {
		mustBeEvent('snapshot', event)
		mustBeFunction('snapshot', fn)
		this.#snapshots ??= new Map()
		if (this.#snapshots.has(event.id)) throw new Error(`snapshot: ${nameOf(event)} has one already`)
		this.#snapshots.set(event.id, fn)
	}

	action(name: string, fn: () => unknown): void {
		this.mustBeOpen('action')
		mustBeName('action', name)
		mustBeFunction(`action '${name}'`, fn)
		this.#name('action', name)
		this.actions.push({ name, fn })
	}

	/** Whether an action has happened. */
	get acted(): boolean {
		return this.#acting !== undefined
	}

	/** Let an action happen, now, as a task of its own. `begins` is called before it does. */
	act(action: Action, begins: (task: Task<unknown>) => void): void {
		const { promise, resolve, reject } = deferred<unknown>()
		const acting = (this.#acting ??= new Map())
		// An action may happen more than once.
		const before = this.tasks.filter(task => acting.get(task) === action).length
		const task = new Task(before === 0 ? action.name : `${action.name}#${before + 1}`, this.tasks.length)
		task.follow(promise)
		acting.set(task, action)
		this.met.acted = (this.met.acted ?? new Set()).add(action.name)
		this.tasks.push(task)
		begins(task)
		// No code waits for it: unlike a task it fails the test at once.
		originals.observe(promise, undefined, error => {
			if (!(error instanceof TraceNak)) this.fail(error)
		})
		try {
			resolve(context.run({ world: this, task }, action.fn))
		} catch (error) {
			reject(error)
		}
	}

	/** A probe was called. The promise that is returned lets the task that signalled wait. */
	signal(
		source: ListenedEvent,
		args: readonly unknown[],
		task: Task<unknown>,
		at?: CallStack,
	): Promise<void> | undefined {
		const { event } = source
		if (this.closed) return event.async ? this.#late(event, task) : undefined
		const site = at ?? (this.detail ? siteOf(this, 'signal') : undefined)
		if (this.controller !== undefined) {
			if (event.async) this.met.points++
			else this.#meets(event, task)
			return this.controller.signalled(source, args, site, task)
		}
		const signal: Signal = { event, args, site }
		task.last = signal
		return this.deliver(signal, task)
	}

	/** An event that cannot pause. */
	#meets(event: TraceEvent, task: Task<unknown>): void {
		this.met.ordinary ??= new Map()
		const tasks = this.met.ordinary.get(event)
		if (tasks === undefined) this.met.ordinary.set(event, new Set([task.name]))
		else tasks.add(task.name)
	}

	isAttached(event: TraceEvent): boolean {
		return this.#attached?.has(event.id) === true
	}

	/** Hand an event to the test, if it has attached it. The promise waits for the test to acknowledge it. */
	deliver(signal: Signal, task: Task<unknown>): Promise<void> | undefined {
		const { event, args } = signal
		if (!this.isAttached(event)) return undefined
		let stream: string | null
		let state: unknown
		try {
			stream = this.#route === undefined ? 'default' : (this.#route(event, ...args) ?? null)
			// The test does not want it.
			if (stream === null) return undefined
			state = this.#snapshots?.get(event.id)?.(...args)
		} catch (error) {
			this.fail(error)
			return undefined
		}
		if (typeof stream !== 'string') {
			this.fail(
				new TypeError(
					`route: the name of a stream, or null, is expected, not ${valueText(stream)} for ${callText(event, args)}`,
				),
			)
			return undefined
		}
		if (stream === '') stream = 'default'
		if (this.settings.verbose) process.stderr.write(`${stream}  <- ${callText(event, args)}\n`)
		const { site } = signal
		const message = {
			event,
			args,
			copied: args.some(isObject) ? copyOf(args) : args,
			site,
			stream,
			state,
			task,
			nth: this.#messages++,
			since: originals.now(),
		}
		if (!event.async) {
			this.streams.deliver({ ...message, settle: undefined })
			return undefined
		}
		const { promise, resolve, reject } = deferred()
		const settle = (refusal?: TraceNak): void => {
			if (refusal === undefined) return resolve()
			this.#refused ??= []
			this.#refused.push({ text: refusal.message, site })
			// Where the program signalled, and not where the test refused.
			if (site !== undefined) place(refusal, refusal.message, site)
			if (this.settings.nak === 'reject') reject(refusal)
		}
		this.streams.deliver({ ...message, settle })
		return promise
	}

	/**
	 * The stream of a call that names none.
	 *
	 * @throws if there are several
	 */
	only(what: string): string {
		if (this.#route === undefined) return 'default'
		const [first = firstStream, ...more] = this.streams.names
		if (more.length === 0) return first
		throw new Error(
			`${what}: on which stream? The test has ${[first, ...more].map(name => `'${name}'`).join(', ')}: name one of them first`,
		)
	}

	/** Wait for the next event of one of `streams`. */
	async receive(
		streams: readonly string[],
		event: TraceEvent | undefined,
		wanted: string,
		site: CallStack,
	): Promise<StreamMessage> {
		this.mustBeOpen('recv')
		const task = here()?.task ?? this.tasks[0]!
		task.waits = `waits for ${wanted} on stream ${streams.join(' or ')}`
		try {
			return await new Promise<StreamMessage>((take, reject) => {
				this.streams.receive({ streams, wanted, event, task, site, since: originals.now(), take, reject })
			})
		} finally {
			task.waits = undefined
		}
	}

	/** Refuse `message`, and fail the test with `error` at `site`. */
	refuse(message: StreamMessage, reason: string, error: Error, site: CallStack): Error {
		refuse(message, reason)
		return this.fail(error, site)
	}

	/**
	 * Fail the test: all that is pending is refused, all that waits is ended. The first failure counts.
	 *
	 * @returns the error that the test fails with
	 */
	fail(thrown: unknown, site?: CallStack, notes: readonly string[] = []): Error {
		if (this.failure !== undefined) return this.failure
		const error = asError(thrown)
		this.failure = error
		const context = [...notes, ...this.#floating(thrown), ...streamTexts(this.streams, error, site, notes.length > 0)]
		this.close(error instanceof DeadlockError && this.streams.pending.length > 0 ? 'deadlock' : 'canceled')
		const message = [error.message, ...context, ...(this.#refused ?? []).map(refusalText)].join('\n\n')
		if (site !== undefined || message !== error.message) place(error, message, site)
		this.onChange()
		return error
	}

	/**
	 * Tasks that the body should have waited for, if `thrown` is its own failure: it has looked at their result too
	 * early.
	 */
	#floating(thrown: unknown): string[] {
		const [body, ...others] = this.tasks
		return body?.state === 'rejected' && body.error === thrown
			? floatingText(others.filter(task => this.#acting?.has(task) !== true))
			: []
	}

	/** Refuse all that is pending, and all that comes. */
	close(reason: string): void {
		if (this.closed) return
		this.closed = true
		this.streams.close(reason)
		this.controller?.close(reason)
	}

	/** @throws if the test is over */
	mustBeOpen(what: string): void {
		if (this.closed) throw new TraceNak(`${what}: the test is over`)
	}

	#task<R>(name: string): Task<R> {
		const task: Task<R> = new Task(name, this.tasks.length, () => this.onChange())
		this.tasks.push(task)
		return task
	}

	/** A signal after the end. */
	#late(event: TraceEvent, task: Task<unknown>): Promise<void> | undefined {
		// What the test has not started goes on as if there were none.
		if (task === this.#outside) return undefined
		// Code that retries whatever happens would do so forever, and nothing else would run.
		if (this.settings.nak === 'abandon' || ++task.refusals > maxRefusals) return new Promise(() => {})
		return Promise.reject(new TraceNak(`${nameOf(event)}: send: the test is over`))
	}

	/**
	 * Whether a task or an action has this name. Most bodies have a few of them: a set takes longer to make than they do
	 * to look at.
	 */
	#isTaken(name: string): boolean {
		const { tasks } = this
		if (this.actions.some(action => action.name === name)) return true
		if (tasks.length <= few) return tasks.some(task => task.name === name && this.#acting?.has(task) !== true)
		this.#names ??= new Set()
		for (; this.#named < tasks.length; this.#named++) {
			const task = tasks[this.#named]!
			if (this.#acting?.has(task) !== true) this.#names.add(task.name)
		}
		return this.#names.has(name)
	}

	/** @throws if a task or an action has this name */
	#name(what: string, name: string): void {
		if (this.#isTaken(name))
			throw new Error(
				`${what}: there is a task or an action '${name}' already: schedules name them, so each needs a name of its own`,
			)
	}
}

function nothing(): void {}

function isObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null
}

/** Up to how many tasks their names are compared one by one. */
const few = 16

/** After how many refusals a task of a test that is over is left waiting. */
const maxRefusals = 100

/** A task that returns another one waits for it. @param result of the task of `store` */
function waited<R>(store: Here, result: R): R {
	const other: unknown = result
	if (other instanceof Observed) void context.run(store, () => other.observe())
	return result
}

/** What `fn` returns, as a promise. One that it returns is not wrapped: that would take microtasks of its own. */
function called<R>(fn: () => R | PromiseLike<R>): Promise<Awaited<R>> {
	try {
		return Promise.resolve(fn())
	} catch (error) {
		return Promise.reject(error)
	}
}
