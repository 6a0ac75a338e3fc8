import type { TraceEvent } from '@tsgotrace/runtime'
import { census } from './census.js'
import type { Clock } from './clock.js'
import { context } from './context.js'
import type { Controller } from './controller.js'
import { asError, DeadlockError, ExpectError, place } from './errors.js'
import type { Listener } from './listener.js'
import { TraceNak } from './nak.js'
import type { Settings } from './options.js'
import { originals } from './originals.js'
import { userStack } from './place.js'
import { placeOfSite, type Signal, type Site, type Source, siteOf } from './signal.js'
import { type Message, type OnEvent, type Receiver, Streams } from './streams.js'
import { Task } from './task.js'
import { callText, duration, nameOf, placeText } from './text.js'

/** What may be injected at events. */
export interface Action {
	readonly name: string
	readonly fn: () => unknown
}

/** One execution of the body of a test: its tasks, its streams of events, and how it ended. */
export class World {
	readonly settings: Settings
	readonly listener: Listener
	readonly clock: Clock | undefined
	readonly streams: Streams = new Streams()
	/** All tasks in the order of `go`; the first is the body. */
	readonly tasks: Task<unknown>[] = []
	/** Stands for code that signals outside of the context of the test. */
	readonly outside: Task<unknown> = new Task('(outside)', -1, Promise.resolve())
	readonly actions: Action[] = []
	/** Decides which task continues at each event; without one, all do as they come. */
	readonly controller: Controller | undefined
	/** Whether the stacks of signals are captured. */
	readonly detail: boolean
	/** Over: events are refused, and nothing is received any more. */
	closed = false
	/** Why the test failed. */
	failure: Error | undefined
	/** Called when there may be something to decide: a task has settled, or the test failed. */
	onChange: () => void = () => {}
	readonly #attached = new Set<string>()
	readonly #snapshots = new Map<string, (...args: readonly unknown[]) => unknown>()
	readonly #refused: { readonly text: string; readonly site: Site | undefined }[] = []
	#route: OnEvent<string | null | undefined> | undefined

	constructor(settings: Settings, listener: Listener, how: { clock?: Clock | undefined; controller?: Controller; detail?: boolean } = {}) {
		this.settings = settings
		this.listener = listener
		this.clock = how.clock
		this.controller = how.controller
		this.detail = how.detail ?? how.controller === undefined
	}

	/** Let the body run. It is the first task, and starts at once. */
	start(body: () => unknown): Task<unknown> {
		return this.#task('test', Promise.resolve(), body)
	}

	/** Start a task, from outside of its own code: at once, or when the controller lets it. */
	go<R>(name: string, fn: () => R | PromiseLike<R>): Task<R> {
		this.mustBeOpen('go')
		if (this.tasks.some(task => task.name === name))
			throw new Error(`go: there is a task '${name}' already: schedules name tasks, so each needs a name of its own`)
		if (this.controller === undefined) return this.#task(name, Promise.resolve(), fn)
		let start!: () => void
		const started = new Promise<void>(resolve => {
			start = resolve
		})
		const task = this.#task(name, started, fn)
		this.controller.starts(task, start)
		return task
	}

	attach(events: readonly TraceEvent[]): void {
		this.mustBeOpen('attach')
		this.listener.attach(events)
		for (const event of events) this.#attached.add(event.id)
	}

	route(fn: OnEvent<string | null | undefined>): void {
		if (this.#route !== undefined) throw new Error('route: the test has a router already')
		this.#route = fn
	}

	snapshot(event: TraceEvent, fn: (...args: readonly unknown[]) => unknown): void {
		if (this.#snapshots.has(event.id)) throw new Error(`snapshot: ${nameOf(event)} has one already`)
		this.#snapshots.set(event.id, fn)
	}

	action(name: string, fn: () => unknown): void {
		this.mustBeOpen('action')
		if (this.actions.some(action => action.name === name)) throw new Error(`action: there is an action '${name}' already`)
		this.actions.push({ name, fn })
	}

	/** Let an action happen, now, as a task of its own. */
	act(action: Action): Task<unknown> {
		let resolve!: (value: unknown) => void
		let reject!: (error: unknown) => void
		const promise = new Promise<unknown>((yes, no) => {
			resolve = yes
			reject = no
		})
		const before = this.tasks.filter(task => task.name.startsWith(action.name)).length
		const task = new Task(before === 0 ? action.name : `${action.name}#${before + 1}`, this.tasks.length, promise)
		this.tasks.push(task)
		try {
			resolve(context.run({ world: this, task }, action.fn))
		} catch (error) {
			reject(error)
		}
		return task
	}

	/** A probe was called. The promise that is returned lets the task that signalled wait. */
	signal(source: Source, args: readonly unknown[], task: Task<unknown>, at?: Site): Promise<void> | undefined {
		const { event } = source
		if (this.closed) return event.async ? Promise.reject(new TraceNak(`${nameOf(event)}: send: the test is over`)) : undefined
		const signal: Signal = { event, args, site: at ?? (this.detail ? siteOf(this, 'signal') : undefined) }
		task.last = signal
		if (this.controller === undefined) return this.deliver(signal, task)
		return this.controller.signalled(source, signal, task)
	}

	/** Hand an event to the test, if it has attached it. The promise waits for the test to acknowledge it. */
	deliver(signal: Signal, task: Task<unknown>): Promise<void> | undefined {
		const { event, args } = signal
		if (!this.#attached.has(event.id)) return undefined
		let stream: string | null
		let state: unknown
		try {
			stream = this.#route === undefined ? 'default' : (this.#route(event, ...args) ?? null)
			// The test does not want it.
			if (stream === null) return undefined
			state = this.#snapshots.get(event.id)?.(...args)
		} catch (error) {
			this.fail(error)
			return undefined
		}
		if (stream === '') stream = 'default'
		if (this.settings.verbose) process.stderr.write(`${stream}  <- ${callText(event, args)}\n`)
		const message = { ...signal, stream, state, task, since: originals.now() }
		if (!event.async) {
			this.streams.deliver({ ...message, settle: undefined })
			return undefined
		}
		return new Promise<void>((resolve, reject) => {
			const settle = (refusal?: TraceNak): void => {
				if (refusal === undefined) return resolve()
				this.#refused.push({ text: refusal.message, site: signal.site })
				if (this.settings.nak === 'reject') reject(refusal)
			}
			this.streams.deliver({ ...message, settle })
		})
	}

	/** Wait for the next event of one of `streams`. */
	async receive(streams: readonly string[], wanted: string, site: Site): Promise<Message> {
		this.mustBeOpen('recv')
		const task = context.getStore()?.task ?? this.tasks[0]!
		task.waits = `waits for ${wanted} on stream ${streams.join(' or ')}`
		try {
			return await new Promise<Message>((take, reject) => {
				this.streams.receive({ streams, wanted, task, site, since: originals.now(), take, reject })
			})
		} finally {
			task.waits = undefined
		}
	}

	/** Refuse `message`, and fail the test with `error` at `site`. */
	refuse(message: Message, reason: string, error: Error, site: Site): Error {
		message.settle?.(new TraceNak(`${message.stream}: send: ${reason}: ${callText(message.event, message.args)}`))
		return this.fail(error, site)
	}

	/**
	 * Fail the test: all that is pending is refused, all that waits is ended. The first failure counts.
	 *
	 * @returns the error that the test fails with
	 */
	fail(thrown: unknown, site?: Site): Error {
		if (this.failure !== undefined) return this.failure
		const error = asError(thrown)
		this.failure = error
		const always = error instanceof DeadlockError || error instanceof ExpectError
		const status = this.streams.status()
		const rest = always || this.streams.pending.length > 0 ? [status] : []
		this.close(error instanceof DeadlockError && this.streams.pending.length > 0 ? 'deadlock' : 'canceled')
		const senders = this.#refused.map(({ text, site: sender }) =>
			sender?.stack === undefined ? text : `${text}\n${userStack(sender.stack)}`,
		)
		const message = [error.message, ...rest, ...senders].join('\n\n')
		if (site !== undefined || message !== error.message) place(error, message, site)
		this.onChange()
		return error
	}

	/** Nothing is left that could continue the test, or nothing came for too long. */
	deadlock(proof: { readonly proved: boolean; readonly ms: number }, receiver: Receiver | undefined): void {
		const { proved, ms } = proof
		const alive = proved ? [] : census.survivors(this)
		const how = proved
			? `[proved: nothing is left that could run; ${duration(ms)}]`
			: `[dead time, ${duration(ms)}: not proved, because these are alive: ${alive.join(', ') || 'fake timers'}]`
		const ended = this.tasks[0]!.state === 'fulfilled'
		const what =
			receiver === undefined
				? `deadlock: ${ended ? 'the test has ended, but tasks of it wait' : 'the test waits'} for something that can no longer happen`
				: `${receiver.streams.join(' or ')}: recv: deadlock waiting for ${receiver.wanted}`
		const error = new DeadlockError([`${what}  ${how}`, ...this.#stuck(receiver)].join('\n'), proved, alive)
		// At the call that waits, else where the event was signalled that nobody takes.
		const site = receiver?.site ?? this.streams.pending[0]?.site
		// Before all other calls that wait are ended: this one has the reason.
		receiver?.reject(error)
		this.fail(error, site)
	}

	/** The body is over. Fails if something is left. */
	finish(): void {
		const failed = this.tasks.find(task => task.state === 'rejected' && !task.observed && !(task.error instanceof TraceNak))
		if (failed !== undefined) this.fail(failed.error)
		const [first] = this.streams.pending
		if (first !== undefined) {
			const held = this.streams.held.has(first)
			const what = held ? 'the test holds an event at its end' : 'the test ended, but there are events that it did not expect'
			this.fail(new ExpectError(what), first.site)
		}
		this.close('the test is over')
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

	#task<R>(name: string, started: Promise<void>, fn: () => R | PromiseLike<R>): Task<R> {
		const promise = started.then(() => context.run({ world: this, task }, fn))
		const task: Task<R> = new Task(name, this.tasks.length, promise)
		this.tasks.push(task)
		const settled = (): void => this.onChange()
		promise.then(settled, settled)
		return task
	}

	/** What each task that has not ended waits for. */
	#stuck(receiver: Receiver | undefined): string[] {
		const running = this.tasks.filter(task => task.state === 'running')
		if (running.length <= 1 && receiver !== undefined) return []
		const width = Math.max(...running.map(task => task.name.length))
		return running.map(task => `  ${task.name.padEnd(width)}  ${this.#doing(task)}`)
	}

	#doing(task: Task<unknown>): string {
		if (task.waits !== undefined) return task.waits
		const sends = this.streams.pending.find(message => message.task === task && message.settle !== undefined)
		if (sends !== undefined) return `waits until ${callText(sends.event, sends.args)} is received from stream ${sends.stream}${at(sends)}`
		if (task.last === undefined) return 'waits; it has signalled no event'
		return `waits; the last that it signalled: ${callText(task.last.event, task.last.args)}${at(task.last)}`
	}
}

function at(signal: Signal): string {
	const where = placeOfSite(signal.site)
	return where === undefined ? '' : `, at ${placeText(where)}`
}
