import { context, type Execution } from './context.js'

/** Told when a call of an object begins and ends, by the number of the object. */
interface CallListener {
	begin: (id: number, type: string, world: Execution | undefined) => void
	end: (id: number) => void
}

/**
 * Calls of native objects that live longer than their work does, or whose work may be done at once: the call is alive,
 * not the object. Their methods are replaced on the prototype, once.
 */
export class Calls {
	readonly #listener: CallListener
	/** Prototypes of which some method is counted. */
	readonly #counted = new WeakSet<object>()
	/** The numbers of objects whose calls are counted: not all know theirs. */
	readonly #ids = new WeakMap<object, number>()
	/** How many callbacks will follow. A callback may make the next call. */
	readonly #left = new Map<number, number>()

	constructor(listener: CallListener) {
		this.#listener = listener
	}

	/**
	 * Count an object of a type from each call of `method` until its callback was called.
	 *
	 * @returns false if it has no such method: another version of Node
	 */
	count(resource: object, id: number, method: string, type: string): boolean {
		const isCounted = this.#wrap(resource, method, (self, call) => {
			const known = this.#ids.get(self) ?? idOf(self)
			if (known === undefined) return call()
			const left = this.#left.get(known) ?? 0
			this.#left.set(known, left + 1)
			if (left === 0) this.#listener.begin(known, type, context.getStore()?.world)
			// Its callback may be called before it returns.
			return call()
		})
		if (isCounted) this.#ids.set(resource, id)
		return isCounted
	}

	/**
	 * Cryptographic jobs are resources even if they are executed at once: then `run` returns the result in an array, and
	 * no callback follows.
	 */
	countJob(resource: object): void {
		this.#wrap(resource, 'run', (self, call) => {
			const result = call()
			const id = idOf(self)
			if (id !== undefined && Array.isArray(result)) this.#listener.end(id)
			return result
		})
	}

	/** A callback of an object was called. @returns whether none will follow */
	calledBack(id: number): boolean {
		const left = this.#left.get(id) ?? 1
		if (left > 1) this.#left.set(id, left - 1)
		return left <= 1
	}

	/** An object has died. */
	forget(id: number): void {
		this.#left.delete(id)
	}

	/** Replace `method` of the prototype of `resource`, once. */
	#wrap(resource: object, method: string, around: (self: object, call: () => unknown) => unknown): boolean {
		const prototype = Object.getPrototypeOf(resource) as object | null
		if (prototype === null || prototype === Object.prototype) return false
		if (this.#counted.has(prototype)) return true
		const original: unknown = Object.hasOwn(prototype, method) ? Reflect.get(prototype, method) : undefined
		if (typeof original !== 'function') return false
		const counted = function (this: object, ...args: unknown[]): unknown {
			return around(this, () => Reflect.apply(original, this, args))
		}
		if (!Reflect.set(prototype, method, counted)) return false
		this.#counted.add(prototype)
		return true
	}
}

/** The number of a resource that Node has made. */
function idOf(resource: object): number | undefined {
	const { getAsyncId } = resource as { getAsyncId?: () => number }
	return getAsyncId?.call(resource)
}
