import type { Signal } from './signal.js'

/**
 * A named task, made by `t.go`. A promise of what its function returns.
 *
 * A task that fails and that nobody waits for fails the test: its error is not lost, and it is no unhandled rejection either.
 */
export class Task<R> implements Promise<R> {
	readonly name: string
	/** Tasks are numbered in the order of `go`: 0 is the body of the test. */
	readonly index: number
	/** A hash of the name: part of the fingerprint of each step of the task. */
	readonly hash: number
	/** `running` until its function has returned or thrown, and everything it waits for has settled. */
	state: 'running' | 'fulfilled' | 'rejected' = 'running'
	/** What it was rejected with. */
	error: unknown
	/** Whether somebody waits for it, or has waited. */
	observed = false
	/** The event that it signalled last: for the report on a task that is stuck. */
	last: Signal | undefined
	/** What it waits for in a call of `t`, such as `expects traceHi('A') on stream t1`. */
	waits: string | undefined
	readonly #promise: Promise<R>
	readonly [Symbol.toStringTag] = 'Task'

	constructor(name: string, index: number, promise: Promise<R>) {
		this.name = name
		this.index = index
		this.hash = hashText(name)
		this.#promise = promise
		promise.then(
			() => {
				this.state = 'fulfilled'
			},
			(error: unknown) => {
				this.state = 'rejected'
				this.error = error
			},
		)
	}

	// eslint-disable-next-line unicorn/no-thenable -- it is a promise
	then<A = R, B = never>(
		onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
		onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
	): Promise<A | B> {
		this.observed = true
		return this.#promise.then(onFulfilled, onRejected)
	}

	catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
		return this.then(undefined, onRejected)
	}

	finally(onFinally?: (() => void) | null): Promise<R> {
		this.observed = true
		return this.#promise.finally(onFinally)
	}
}

/** FNV-1a, 32 bits: stable over versions of Node, as tokens are. */
export function hashText(text: string): number {
	let hash = 0x811c9dc5
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
	return hash >>> 0
}
