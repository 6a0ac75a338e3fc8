/**
 * Values by number, for items that come and go. A Map copies its table after every few deletions, and each old table
 * refers to the next one: once V8 has moved one of them to its old generation, all that was ever in the map outlives
 * the young one, and the heap grows. Here, what is deleted is not referred to any more.
 */
export class NumberMap<V> {
	/** A power of two, of which at most half are used. Each key follows its hash without a gap. */
	#keys: number[] = Array.from({ length: 16 }, () => 0)
	#values: (V | undefined)[] = Array.from({ length: 16 })
	#size = 0

	get size(): number {
		return this.#size
	}

	get(key: number): V | undefined {
		return this.#values[this.#slotOf(key)]
	}

	set(key: number, value: V): void {
		const slot = this.#slotOf(key)
		if (this.#values[slot] === undefined && ++this.#size * 2 > this.#keys.length) {
			this.#grow()
			return this.#put(this.#slotOf(key), key, value)
		}
		this.#put(slot, key, value)
	}

	delete(key: number): void {
		let free = this.#slotOf(key)
		if (this.#values[free] === undefined) return
		this.#size--
		const mask = this.#keys.length - 1
		// What follows moves up, unless it would come before its hash.
		for (let at = (free + 1) & mask; this.#values[at] !== undefined; at = (at + 1) & mask) {
			if (((at - this.#hashOf(this.#keys[at]!)) & mask) < ((at - free) & mask)) continue
			this.#put(free, this.#keys[at]!, this.#values[at])
			free = at
		}
		this.#values[free] = undefined
	}

	clear(): void {
		this.#values.fill(undefined)
		this.#size = 0
	}

	/** The values, smallest key first. */
	sorted(): V[] {
		const used = [...this.#keys.keys()].filter(slot => this.#values[slot] !== undefined)
		return used.sort((a, b) => this.#keys[a]! - this.#keys[b]!).map(slot => this.#values[slot]!)
	}

	#put(slot: number, key: number, value: V | undefined): void {
		this.#keys[slot] = key
		this.#values[slot] = value
	}

	/** Where the key is, or where it can be put. */
	#slotOf(key: number): number {
		const mask = this.#keys.length - 1
		let slot = this.#hashOf(key)
		while (this.#values[slot] !== undefined && this.#keys[slot] !== key) slot = (slot + 1) & mask
		return slot
	}

	#hashOf(key: number): number {
		const mixed = Math.imul(key, 0x9e3779b1)
		return (mixed ^ (mixed >>> 15)) & (this.#keys.length - 1)
	}

	#grow(): void {
		const [keys, values] = [this.#keys, this.#values]
		this.#keys = Array.from({ length: keys.length * 2 }, () => 0)
		this.#values = Array.from({ length: keys.length * 2 })
		for (const [slot, value] of values.entries())
			if (value !== undefined) this.#put(this.#slotOf(keys[slot]!), keys[slot]!, value)
	}
}
