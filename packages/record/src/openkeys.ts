/** Up to so many keys are searched one by one. */
const FEW = 16

/**
 * What is open, by primitive keys, compared as a Map does. A Map alone would be made anew, by slow code of the engine, each time that it has become
 * empty or that some keys were added and deleted: which is what slices do. So the first keys are in an array, and only what is beyond them in a map.
 */
export class OpenKeys<V> {
	readonly #keys: unknown[] = []
	readonly #values: V[] = []
	readonly #more = new Map<unknown, V>()

	get(key: unknown): V | undefined {
		const at = this.#find(key)
		if (at >= 0) return this.#values[at]
		return this.#more.size === 0 ? undefined : this.#more.get(key)
	}

	/** @returns what was there before */
	put(key: unknown, value: V): V | undefined {
		const at = this.#find(key)
		if (at >= 0) {
			const before = this.#values[at]
			this.#values[at] = value
			return before
		}
		const before = this.#more.size === 0 ? undefined : this.#more.get(key)
		if (before !== undefined || this.#keys.length === FEW) this.#more.set(key, value)
		else {
			this.#keys.push(key)
			this.#values.push(value)
		}
		return before
	}

	delete(key: unknown): void {
		const at = this.#find(key)
		if (at < 0) {
			this.#more.delete(key)
			return
		}
		// The last one takes its place: their order means nothing.
		const lastKey = this.#keys.pop()
		const lastValue = this.#values.pop()!
		if (at === this.#keys.length) return
		this.#keys[at] = lastKey
		this.#values[at] = lastValue
	}

	/** What began last often ends first. */
	#find(key: unknown): number {
		const keys = this.#keys
		let at = keys.length - 1
		if (key === key) while (at >= 0 && keys[at] !== key) at--
		else while (at >= 0 && keys[at] === keys[at]) at--
		return at
	}
}
