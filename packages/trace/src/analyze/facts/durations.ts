/** Maximum number of values that are kept. Of more, a uniform random sample is kept. */
const maxValues = 1 << 20

/** Durations in nanoseconds, with their exact quantiles. */
export class Durations {
	count = 0
	total = 0
	max = 0
	#values: Float64Array = new Float64Array(16)
	#kept = 0
	#sorted: Float64Array | null = null
	/** A fixed seed, so that a trace always gives the same numbers. */
	#random = 0x2545f491

	add(value: number): void {
		this.count++
		this.total += value
		if (value > this.max) this.max = value
		this.#sorted = null
		if (this.#kept < maxValues) {
			if (this.#kept === this.#values.length) this.#grow()
			this.#values[this.#kept++] = value
			return
		}
		const at = this.#next() % this.count
		if (at < maxValues) this.#values[at] = value
	}

	/** The smallest value that at least this fraction (0 to 1) of the values does not exceed. 0 without values. */
	quantile(share: number): number {
		const sorted = this.sorted()
		return sorted.length === 0 ? 0 : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
	}

	/** All kept values, in order of time if none was left out. */
	values(): Float64Array {
		return this.#values.slice(0, this.#kept)
	}

	sorted(): Float64Array {
		return (this.#sorted ??= this.#values.slice(0, this.#kept).sort())
	}

	#grow(): void {
		const larger = new Float64Array(this.#values.length * 2)
		larger.set(this.#values)
		this.#values = larger
	}

	#next(): number {
		let x = this.#random
		x ^= x << 13
		x ^= x >>> 17
		x ^= x << 5
		this.#random = x
		return x >>> 0
	}
}
