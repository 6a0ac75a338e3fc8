// Who settled a promise, kept on the promise itself: a WeakMap costs more. In private fields, which no code of the program can see, and which frozen promises take.
import type { Run, Settler } from './machine.js'

/** A class whose instances are what it is given. */
const Given = function (object: object): object {
	return object
} as unknown as new (
	object: object,
) => object

/** Promises made and settled, in one order: what was settled before it was awaited made nobody wait. */
let count = 0

class Mark extends Given {
	/** Until it is settled: what it waits for. Then: the run that settled it. */
	#link: object | null
	/** In the order of events: minus when it was made, then when it was settled. */
	#at: number

	constructor(promise: object, link: object | null, at: number) {
		super(promise)
		this.#link = link
		this.#at = at
	}

	static settle(promise: object, by: Run | null): void {
		if (#at in promise) {
			promise.#link = by
			promise.#at = ++count
		} else new Mark(promise, by, ++count)
	}

	static settler(promise: object): Settler {
		if (!(#at in promise) || promise.#at > 0) return undefined
		const awaited = promise.#link
		if (awaited === null || !(#at in awaited) || awaited.#at < 0) return undefined
		return awaited.#at < -promise.#at ? 'before' : (awaited.#link as Run | null)
	}
}

/** `promise` is settled when `awaited` is. */
export function waitsFor(promise: object, awaited: object): void {
	new Mark(promise, awaited, -count - 1)
}

/** `promise` is settled in the run `by`. */
export function settles(promise: object, by: Run | null): void {
	Mark.settle(promise, by)
}

/** In which run that was settled that `promise` waited for. */
export function settlerOf(promise: object): Settler {
	return Mark.settler(promise)
}
