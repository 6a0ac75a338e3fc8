// What is usual for a number, and how unusual a value of it is.

/** How many windows are remembered, and how many are needed before a value can be unusual. */
const memory = 60
const learning = 20

/**
 * The last values of a number, with a robust z-score: distance to their median, in units of their median absolute
 * deviation.
 */
export class Baseline {
	/** The standard deviation is at least this: values may be equal for a while. */
	readonly #floor: number
	readonly #values: number[] = []
	/** How many events each value is of. */
	readonly #counts: number[] = []

	constructor(floor: number) {
		this.#floor = floor
	}

	/**
	 * How unusual the next value is, which is remembered then.
	 *
	 * @param count of how many events it is a quantile: one of fewer is less certain
	 * @returns null as long as too few values are known
	 */
	next(value: number, count: number = 1): { readonly z: number; readonly median: number } | null {
		const known = this.#values.length < learning ? null : this.#score(value, count)
		this.#values.push(value)
		this.#counts.push(count)
		if (this.#values.length > memory) {
			this.#values.shift()
			this.#counts.shift()
		}
		return known
	}

	#score(value: number, count: number): { readonly z: number; readonly median: number } {
		const middle = median(this.#values)
		// 1.4826: for a normal distribution, that is the standard deviation.
		const spread = Math.max(this.#floor, 1.4826 * median(this.#values.map(it => Math.abs(it - middle))))
		const less = Math.sqrt(Math.max(1, median(this.#counts) / Math.max(1, count)))
		return { z: (value - middle) / (spread * less), median: middle }
	}
}

function median(values: readonly number[]): number {
	const sorted = Float64Array.from(values).sort()
	const half = sorted.length >> 1
	return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
