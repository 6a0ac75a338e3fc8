// Which task settled a promise, stored on the promise itself, because a WeakMap costs more. In private fields, which no
// code of the program can see, and which can be added to frozen promises.
import { Given } from '../given.js'
import type { Settler, TaskRun } from './machine.js'

/**
 * A counter that orders creations and settlements of promises: a promise that was settled before it was awaited caused
 * no wait.
 */
let count = 0

class PromiseMark extends Given {
	/** Before it is settled: what it waits for. Afterwards: the run that settled it. */
	#link: object | null
	/** Position in that order: the negative of its creation, then its settlement. */
	#at: number

	constructor(promise: object, link: object | null, at: number) {
		super(promise)
		this.#link = link
		this.#at = at
	}

	static settle(promise: object, by: TaskRun | null): void {
		if (#at in promise) {
			promise.#link = by
			promise.#at = ++count
		} else new PromiseMark(promise, by, ++count)
	}

	static settler(promise: object): Settler {
		if (!(#at in promise) || promise.#at > 0) return undefined
		const awaited = promise.#link
		if (awaited === null || !(#at in awaited) || awaited.#at < 0) return undefined
		return awaited.#at < -promise.#at ? 'before' : (awaited.#link as TaskRun | null)
	}
}

/** `promise` is settled when `awaited` is. */
export function waitsFor(promise: object, awaited: object): void {
	new PromiseMark(promise, awaited, -count - 1)
}

/** `promise` is settled in the run `by`. */
export function settles(promise: object, by: TaskRun | null): void {
	PromiseMark.settle(promise, by)
}

/** The run that settled what `promise` waited for. */
export function settlerOf(promise: object): Settler {
	return PromiseMark.settler(promise)
}
