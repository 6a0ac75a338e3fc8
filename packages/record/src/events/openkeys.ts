/** Up to so many keys are searched one by one. */
const FEW = 16

/**
 * What is open, by primitive keys, compared as a Map does. A Map alone would be made anew, by slow code of the engine, each time that it has become
 * empty or that some keys were added and deleted: which is what slices do. So the first keys are in an array, and only what is beyond them in a map.
 */
export class OpenKeys<V> {
	/** How many are in the array. */
	#count = 0
	/** How many are in the map, which for the most part need not be looked at. */
	#beyond = 0
	/** A key and its value, in turns. Of one length always, so that it stays where it is. */
	readonly #few: unknown[] = Array.from({ length: 2 * FEW }, () => undefined)
	readonly #more = new Map<unknown, V>()

	/** @returns what was there before */
	put(key: unknown, value: V): V | undefined {
		const few = this.#few
		const at = this.#find(key)
		if (at >= 0) {
			const before = few[at + 1] as V
			few[at + 1] = value
			return before
		}
		if (this.#beyond > 0 || this.#count === FEW) {
			const before = this.#more.get(key)
			if (before !== undefined || this.#count === FEW) {
				this.#more.set(key, value)
				this.#beyond = this.#more.size
				return before
			}
		}
		const end = 2 * this.#count++
		few[end] = key
		few[end + 1] = value
		return undefined
	}

	/** Delete a key. @returns what was there */
	take(key: unknown): V | undefined {
		const at = this.#find(key)
		if (at < 0) return this.#beyond === 0 ? undefined : this.#takeMore(key)
		const few = this.#few
		const value = few[at + 1] as V
		// The last one takes its place: their order means nothing.
		const last = 2 * --this.#count
		few[at] = few[last]
		few[at + 1] = few[last + 1]
		few[last] = undefined
		few[last + 1] = undefined
		return value
	}

	entries(): [key: unknown, value: V][] {
		const few = Array.from({ length: this.#count }, (_, i): [unknown, V] => [this.#few[2 * i], this.#few[2 * i + 1] as V])
		return [...few, ...this.#more]
	}

	#takeMore(key: unknown): V | undefined {
		const value = this.#more.get(key)
		this.#more.delete(key)
		this.#beyond = this.#more.size
		return value
	}

	/** What began last often ends first. */
	#find(key: unknown): number {
		const few = this.#few
		let at = 2 * this.#count - 2
		if (key === key) while (at >= 0 && few[at] !== key) at -= 2
		else while (at >= 0 && few[at] === few[at]) at -= 2
		return at
	}
}
