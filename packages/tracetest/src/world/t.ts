import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import { mustBeEvent, mustBeName } from '../platform/check.js'
import { isAsCopied } from '../platform/copy.js'
import { originals } from '../platform/originals.js'
import { callText, nameOf } from '../platform/text.js'
import { asError, ExpectError } from './errors.js'
import { TraceNak } from './nak.js'
import { Held, Received } from './received.js'
import { type CallStack, siteOf } from './signal.js'
import type { OnEvent, StreamMessage } from './streams.js'
import { Observed, type Task } from './task.js'
import type { World } from './world.js'

/**
 * The test, as its body sees it: it names tasks, and receives events from streams.
 *
 * The sender of a pausable event waits until the test has received the event. Other events are queued in the order in
 * which they were signalled; what must be looked at right at the event is captured by {@link snapshot}.
 */
export class T {
	readonly #world: World

	/** `run` and `verify` make it; programs do not. */
	constructor(world: World) {
		this.#world = world
	}

	/**
	 * Attach to `events`. From now on each of their signals must be received; one that is left at the end fails the test.
	 * An imported event means all its copies.
	 *
	 * @throws {TypeError} if an argument is not an event
	 * @throws if an imported event has another signature than it was imported with
	 */
	attach(...events: readonly TraceEvent[]): void {
		this.#world.attach(events)
	}

	/**
	 * Say to which stream each event goes: usually the object, or the task, that it belongs to. Without a router all go
	 * to `default`. Order is asserted within a stream; streams are independent of each other.
	 *
	 * @param router gets the event and its arguments; returns the name of a stream, or `null` if the test ignores this
	 * signal
	 * @throws if there is a router already
	 */
	route(router: OnEvent<string | null | undefined>): void {
		this.#world.route(router)
	}

	/**
	 * Capture state at the event itself: `fn` is called synchronously at each signal of `event` that the test will
	 * receive. What it returns is the `state` of what is received.
	 *
	 * @throws if the event has a snapshot already
	 */
	snapshot<Args extends readonly unknown[]>(event: TraceEvent<Args>, fn: NoInfer<(...args: Args) => unknown>): void {
		this.#world.snapshot(event, fn as (...args: readonly unknown[]) => unknown)
	}

	/**
	 * Start a task. Its name identifies it in reports and schedules. It starts when the code that runs now awaits
	 * something.
	 *
	 * A task that fails fails the test, unless other code awaits it. The test waits for all tasks at its end. One that
	 * never ends is a deadlock.
	 *
	 * @returns the task, which is a promise of what `fn` returns
	 * @throws if there is a task or an action of that name
	 */
	go<R>(name: string, fn: () => R | PromiseLike<R>): Task<R> {
		return this.#world.go(name, fn)
	}

	/**
	 * Wait for all of `tasks`: `Promise.all`. Their errors count as handled once other code awaits the promise that is
	 * returned.
	 *
	 * @throws what the first of them that fails has thrown
	 */
	all<const Tasks extends readonly unknown[]>(
		...tasks: Tasks
	): Promise<{ -readonly [K in keyof Tasks]: Awaited<Tasks[K]> }> {
		if (tasks.length === 1 && Array.isArray(tasks[0]))
			throw new TypeError('all: tasks are given one by one: t.all(...tasks)')
		return Observed.all(tasks)
	}

	/**
	 * Something that may happen at any time, such as an abort. `verify` injects it at every occurrence of every event:
	 * inside the event, and in each of the microtasks right after it. Where nothing is explored it never happens. It may
	 * happen more than once, and is a task each time, for whose end the test waits; what it throws fails the test.
	 *
	 * @param fn may be async, signal events, and start tasks
	 * @throws if there is an action or a task of that name
	 * @example
	 * import { explore } from '@tsgotrace/tracetest'
	 * import { traceGranted } from './ztrace.js'
	 *
	 * //trace:event traceGranted()
	 * const { failure } = await explore(async t => {
	 * 	let [free, aborted] = [true, false]
	 * 	t.action('abort', () => {
	 * 		aborted = true
	 * 	})
	 * 	await t.go('A', async () => {
	 * 		free = false
	 * 		traceGranted()
	 * 		await Promise.resolve()
	 * 		// Granted and aborted: it is never given back.
	 * 		if (!aborted) free = true
	 * 	})
	 * 	if (!free) throw new Error('the permit is lost')
	 * })
	 * console.log(failure?.error.message)
	 */
	action(name: string, fn: () => unknown): void {
		this.#world.action(name, fn)
	}

	/**
	 * Receive the next event of `stream`, which must be `event` with these arguments. Its sender then continues. Without
	 * a stream: the next event of the only stream that there is.
	 *
	 * Arguments are compared as they were when the event was signalled, even if their objects have changed since. `args`
	 * of the result are these objects themselves; {@link snapshot} captures what else must be looked at.
	 *
	 * @returns the event, with the state that was captured at it
	 * @throws {ExpectError} if it is another event, or has other arguments
	 * @throws {DeadlockError} if none can come any more
	 * @throws if no stream is given and there are several
	 * @example
	 * import { run } from '@tsgotrace/tracetest'
	 * import { traceOpen, traceOpen_Event, traceShut, traceShut_Event } from './ztrace.js'
	 *
	 * //trace:event traceOpen(door: string)
	 * //trace:event traceShut(door: string)
	 * await run(async t => {
	 * 	t.attach(traceOpen_Event, traceShut_Event)
	 * 	t.route((_event, door) => String(door))
	 * 	traceOpen('front')
	 * 	traceOpen('back')
	 * 	traceShut('front')
	 * 	await t.expect('front', traceOpen_Event, 'front')
	 * 	await t.expect('front', traceShut_Event, 'front')
	 * 	await t.expect('back', traceOpen_Event, 'back')
	 * })
	 */
	expect<Args extends readonly unknown[]>(event: TraceEvent<Args>, ...args: NoInfer<Args>): Promise<Received<Args>>
	expect<Args extends readonly unknown[]>(
		stream: string,
		event: TraceEvent<Args>,
		...args: NoInfer<Args>
	): Promise<Received<Args>>
	expect(...given: readonly unknown[]): Promise<Received> {
		const { stream, event, args } = this.#call('expect', given)
		return this.#own(this.#receive(stream, event, args, siteOf(this, 'expect')))
	}

	/**
	 * As {@link expect}, but the sender stays paused, so that the test can look at any state, and let other tasks go on
	 * meanwhile.
	 *
	 * The sender goes on at `ack`, or at the end of the block with `using`; after `nak` its `await` throws
	 * {@link TraceNak}.
	 *
	 * @throws as {@link expect}
	 * @example
	 * import { strictEqual } from 'node:assert'
	 * import { run } from '@tsgotrace/tracetest'
	 * import { traceWrite, traceWrite_Event } from './ztrace.js'
	 *
	 * //trace:event async traceWrite(key: string)
	 * const cache = new Set<string>()
	 * async function write(key: string): Promise<void> {
	 * 	if (traceWrite) await traceWrite(key)
	 * 	cache.add(key)
	 * }
	 *
	 * await run(async t => {
	 * 	t.attach(traceWrite_Event)
	 * 	const writing = t.go('writer', () => write('k'))
	 * 	const held = await t.hold('default', traceWrite_Event, 'k')
	 * 	strictEqual(cache.has('k'), false)
	 * 	held.ack()
	 * 	await writing
	 * 	strictEqual(cache.has('k'), true)
	 * })
	 */
	hold<Args extends readonly unknown[]>(event: AsyncTraceEvent<Args>, ...args: NoInfer<Args>): Promise<Held<Args>>
	hold<Args extends readonly unknown[]>(
		stream: string,
		event: AsyncTraceEvent<Args>,
		...args: NoInfer<Args>
	): Promise<Held<Args>>
	hold(...given: readonly unknown[]): Promise<Held> {
		const { stream, event, args } = this.#call('hold', given)
		return this.#own(this.#hold(stream, event as AsyncTraceEvent, args, siteOf(this, 'hold')))
	}

	/**
	 * Receive the next event of `stream`, whichever it is. Without a stream: of the only one that there is.
	 *
	 * @throws {DeadlockError} if none can come any more
	 * @throws if no stream is given and there are several
	 */
	recv(stream?: string): Promise<Received> {
		return this.#own(
			this.#any('recv', [stream === undefined ? this.#world.only('recv') : stream], siteOf(this, 'recv')),
		)
	}

	/**
	 * Receive the next event of any of `streams`.
	 *
	 * @throws {DeadlockError} if none can come any more
	 */
	select(...streams: readonly [string, ...string[]]): Promise<Received> {
		return this.#own(this.#any('select', streams, siteOf(this, 'select')))
	}

	/** What {@link expect} and {@link hold} are given: a stream may come first. */
	#call(
		what: string,
		given: readonly unknown[],
	): { readonly stream: string; readonly event: TraceEvent; readonly args: readonly unknown[] } {
		const named = typeof given[0] === 'string'
		const [event, ...args] = (named ? given.slice(1) : given) as [TraceEvent, ...unknown[]]
		mustBeEvent(what, event)
		const stream = named ? (given[0] as string) : this.#world.only(what)
		mustBeName(what, stream)
		return { stream, event, args }
	}

	async #receive<Args extends readonly unknown[]>(
		stream: string,
		event: TraceEvent<Args>,
		args: Args,
		site: CallStack,
	): Promise<Received<Args>> {
		const message = await this.#expect(stream, event, args, site)
		message.settle?.()
		return new Received<Args>(message)
	}

	async #hold<Args extends readonly unknown[]>(
		stream: string,
		event: AsyncTraceEvent<Args>,
		args: Args,
		site: CallStack,
	): Promise<Held<Args>> {
		const name = nameOf(event)
		if (!event.async)
			throw new TypeError(`hold: ${name} cannot pause its sender: declare it as //trace:event async ${name}(…)`)
		return new Held<Args>(await this.#expect(stream, event, args, site), this.#world.streams)
	}

	async #any(what: string, streams: readonly string[], site: CallStack): Promise<Received> {
		if (streams.length === 0) throw new TypeError(`${what}: of which streams? It was given none`)
		for (const stream of streams) mustBeName(what, stream)
		this.#world.streams.open(streams)
		const message = await this.#world.receive(streams, undefined, 'any event', site)
		message.settle?.()
		return new Received(message)
	}

	async #expect(stream: string, event: TraceEvent, want: readonly unknown[], site: CallStack): Promise<StreamMessage> {
		const wanted = callText(event, want)
		const world = this.#world
		const message = await world.receive([stream], event, wanted, site)
		const what = `${message.stream}: expect: ${nameOf(event)}`
		const difference = `  want: ${wanted}\n  have: ${callText(message.event, message.copied)}`
		if (message.event.id !== event.id)
			throw world.refuse(
				message,
				'unexpected event type',
				new ExpectError(`${what}: got another event\n${difference}`),
				site,
			)
		const { equal, diff } = world.settings
		// Where nothing has changed, the objects themselves: `equal` may ask whether they are the same.
		const changed = !isAsCopied(message.copied, message.args)
		const have = changed ? message.copied : message.args
		let same: boolean
		try {
			same = equal(have, want)
		} catch (error) {
			// A getter of the program, or a matcher.
			throw world.refuse(message, 'the values cannot be compared', asError(error), site)
		}
		if (same) return message
		const since = changed
			? `\n  now:  ${callText(message.event, message.args)}\nThe arguments have changed since the event was signalled; they are compared as they were. t.snapshot captures state at the event.`
			: ''
		const error = new ExpectError(
			`${what}: unexpected value\n${difference}${since}`,
			{ actual: have, expected: want },
			diff,
		)
		throw world.refuse(message, 'unexpected event value', error, site)
	}

	/** A promise of ours that is rejected fails the test, whether or not it is awaited, or its error caught. */
	#own<R>(promise: Promise<R>): Promise<R> {
		originals.observe(promise, undefined, error => {
			if (!(error instanceof TraceNak)) this.#world.fail(error)
		})
		return promise
	}
}
