/** Up to this many keys are searched one by one. */
const maxLinear = 16

/**
 * Open slices by primitive keys, compared as a Map does. V8 would rebuild a Map, in slow code, each time that it has
 * become empty or that some keys were added and deleted, which is what slices do. So the first keys are in an array,
 * and only further ones in a map.
 */
export class OpenKeys<V> {
	/** Number of keys in the array. */
	#count = 0
	/** Number of keys in the map, which is usually empty and then not searched. */
	#beyond = 0
	/** Keys and values alternate. The length is constant, so that the array is never reallocated. */
	readonly #few: unknown[] = Array.from({ length: 2 * maxLinear }, () => undefined)
	readonly #more = new Map<unknown, V>()

	/** @returns the previous value */
	put(key: unknown, value: V): V | undefined {
		const few = this.#few
		const at = this.#find(key)
		if (at >= 0) {
			const before = few[at + 1] as V
			few[at + 1] = value
			return before
		}
		if (this.#beyond > 0 || this.#count === maxLinear) {
			const before = this.#more.get(key)
			if (before !== undefined || this.#count === maxLinear) {
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

	/** Delete a key. @returns its value */
	take(key: unknown): V | undefined {
		const at = this.#find(key)
		if (at < 0) return this.#beyond === 0 ? undefined : this.#takeMore(key)
		const few = this.#few
		const value = few[at + 1] as V
		// The last one takes its place, because their order has no meaning.
		const last = 2 * --this.#count
		few[at] = few[last]
		few[at + 1] = few[last + 1]
		few[last] = undefined
		few[last + 1] = undefined
		return value
	}

	entries(): [key: unknown, value: V][] {
		const few = Array.from({ length: this.#count }, (_, i): [unknown, V] => [
			this.#few[2 * i],
			this.#few[2 * i + 1] as V,
		])
		return [...few, ...this.#more]
	}

	#takeMore(key: unknown): V | undefined {
		const value = this.#more.get(key)
		this.#more.delete(key)
		this.#beyond = this.#more.size
		return value
	}

	/** The slice that began last often ends first. */
	#find(key: unknown): number {
		const few = this.#few
		let at = 2 * this.#count - 2
		if (key === key) while (at >= 0 && few[at] !== key) at -= 2
		else while (at >= 0 && few[at] === few[at]) at -= 2
		return at
	}
}
