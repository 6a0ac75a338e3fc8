import { traceQuery } from './ztrace.js'

// Where a request waits for the store, others may run. A pausable event makes this a place at which a test decides who does.
//trace:event async traceQuery(query: string)   // before each round trip

/** What the tests have in the place of the real store: the same methods, in memory. Each call is a round trip. */
export class Store {
	readonly #values = new Map<string, number>()

	async get(key: string): Promise<number> {
		if (traceQuery) await traceQuery(`get ${key}`)
		return this.#values.get(key) ?? 0
	}

	async set(key: string, value: number): Promise<void> {
		if (traceQuery) await traceQuery(`set ${key}`)
		this.#values.set(key, value)
	}

	/** Sets the value if it is still `expected`. Returns whether it was. */
	async compareAndSet(key: string, expected: number, value: number): Promise<boolean> {
		if (traceQuery) await traceQuery(`compare and set ${key}`)
		if ((this.#values.get(key) ?? 0) !== expected) return false
		this.#values.set(key, value)
		return true
	}
}
