import { originals } from '../platform/originals.js'
import { here } from './here.js'
import type { CallStack, Signal } from './signal.js'

/**
 * Called when `then` is read of one of our promises: an `await` does so, before it makes its own promise. Where waits
 * are looked for.
 */
export const observing: { read: (() => void) | undefined } = { read: undefined }

/** The method `then` of {@link Observed}. */
function observed<R, A = R, B = never>(
	this: Observed<R>,
	onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
	onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
): Promise<A | B> {
	return this.observe().then(onFulfilled, onRejected)
}

/**
 * A promise that knows whether other code awaits it. If none does, its rejection is not an unhandled one: the test
 * reports it.
 */
export class Observed<R> implements Promise<R> {
	/** Whether other code awaits it, or has awaited it. */
	observed = false
	#promise: Promise<R> | undefined
	/** In place of it, while is looked whether it is lost. */
	#loose: WeakRef<Promise<R>> | undefined

	get [Symbol.toStringTag](): string {
		return 'Observed'
	}

	/** Settle as `promise` does. Called once, before anything waits for it. */
	follow(promise: Promise<R>): void {
		this.#promise = promise
	}

	/** `Promise.all`, which observes those that are observed when it is itself, and not before. */
	static all<const All extends readonly unknown[]>(all: All): Promise<{ -readonly [K in keyof All]: Awaited<All[K]> }> {
		const promise = Promise.all(all.map(each => (each instanceof Observed ? each.#present : each)))
		// The test knows of the errors of its tasks only: those of others must not be lost.
		if (all.every(each => each instanceof Observed)) void handled(promise)
		return new Joint(promise, all) as Observed<unknown> as Observed<{ -readonly [K in keyof All]: Awaited<All[K]> }>
	}

	/** It is awaited. */
	observe(): Promise<R> {
		this.observed = true
		return this.#present
	}

	get #present(): Promise<R> {
		return this.#promise ?? this.#loose?.deref() ?? new Promise(() => {})
	}

	/** Hold its promise no more, so that V8 collects it if nothing can settle it. */
	loosen(): void {
		if (this.#promise === undefined) return
		this.#loose = new WeakRef(this.#promise)
		this.#promise = undefined
	}

	/** Hold its promise again. @returns whether it was collected: nothing can ever settle it */
	tighten(): boolean {
		this.#promise ??= this.#loose?.deref()
		this.#loose = undefined
		if (this.#promise !== undefined) return false
		this.#promise = new Promise(() => {})
		return true
	}

	/** It has settled as `promise`. While it is loose, nothing else may hold that. */
	protected settledAs(promise: () => Promise<R>): void {
		if (this.#loose !== undefined) this.#promise ??= promise()
	}

	// eslint-disable-next-line unicorn/no-thenable -- it is a promise
	get then(): Promise<R>['then'] {
		observing.read?.()
		return observed
	}

	catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
		return this.then(undefined, onRejected)
	}

	finally(onFinally?: (() => void) | null): Promise<R> {
		return this.observe().finally(onFinally)
	}
}

/**
 * A named task, made by `t.go`. A promise of what its function returns.
 *
 * A task that fails and is not awaited fails the test: its error is not lost, and it causes no unhandled rejection.
 */
export class Task<R> extends Observed<R> {
	readonly name: string
	/** Tasks are numbered in the order of `go`: 0 is the body of the test. */
	readonly index: number
	/** A hash of the name: part of the fingerprint of each step of the task. */
	readonly hash: number
	/** `running` until its function has returned or thrown, and everything it waits for has settled. */
	state: 'running' | 'fulfilled' | 'rejected' = 'running'
	/** What it was rejected with. */
	error: unknown
	/** The event that it signalled last: for the report on a task that is stuck. */
	last: Signal | undefined
	/** The call of `go`, where stacks are captured. */
	begun: CallStack | undefined
	/** What it waits for in a call of `t`, such as `expects traceHi('A') on stream t1`. */
	waits: string | undefined
	/**
	 * Tasks that wait for it, or have waited, where {@link Suspended} records where tasks wait: with how many promises
	 * there were when they began.
	 */
	waiters: Map<Task<unknown>, number> | undefined
	/** How often it was refused an event after the test was over. */
	refusals = 0
	readonly #settled: () => void

	override get [Symbol.toStringTag](): string {
		return 'Task'
	}

	/** @param settled called when it has settled */
	constructor(name: string, index: number, settled: () => void = () => {}) {
		super()
		this.name = name
		this.index = index
		this.hash = smallHash(name)
		this.#settled = settled
	}

	override follow(promise: Promise<R>): void {
		super.follow(promise)
		originals.observe(
			promise,
			value => {
				this.state = 'fulfilled'
				this.settledAs(async () => value)
				this.#settled()
			},
			(error: unknown) => {
				this.state = 'rejected'
				this.error = error
				this.settledAs(() => handled(Promise.reject<R>(error)))
				this.#settled()
			},
		)
	}

	override observe(): Promise<R> {
		if (this.state === 'running') {
			const waiter = here()
			const promises = waiter?.world.suspended?.count
			if (promises !== undefined) (this.waiters ??= new Map()).set(waiter!.task, promises)
		}
		return super.observe()
	}
}

/** See {@link Observed.all}. */
class Joint extends Observed<unknown> {
	readonly #all: readonly unknown[]

	constructor(promise: Promise<unknown>, all: readonly unknown[]) {
		super()
		this.follow(promise)
		this.#all = all
	}

	override observe(): Promise<unknown> {
		for (const each of this.#all) if (each instanceof Observed) void each.observe()
		return super.observe()
	}
}

/** Let a rejection of `promise` not be reported as an unhandled one. */
function handled<P extends Promise<unknown>>(promise: P): P {
	originals.observe(promise, undefined, () => {})
	return promise
}

/** {@link hashText} as a signed number: V8 allocates an object for each number above 2^31. */
export function smallHash(text: string): number {
	return hashText(text) | 0
}

/** FNV-1a, 32 bits: stable over versions of Node, as tokens are. */
export function hashText(text: string): number {
	let hash = 0x811c9dc5
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
	return hash >>> 0
}
