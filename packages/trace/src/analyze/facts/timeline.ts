const buckets = 128

/** The number of open items over time, for any duration: when the array is full, neighbouring pieces are merged. */
export class OpenTimeline {
	/** Number of open items. */
	open = 0
	max = 0
	#width = 1000
	#from: number | null = null
	#at = 0
	/** Sum of open times in each piece. */
	#sums = new Float64Array(buckets)

	begin(time: number): void {
		this.advance(time)
		if (++this.open > this.max) this.max = this.open
	}

	end(time: number): void {
		this.advance(time)
		this.open--
	}

	/** Nothing changes until `time`. */
	advance(time: number): void {
		if (this.#from === null) this.#from = this.#at = time
		if (time <= this.#at) return
		while (time - this.#from > buckets * this.#width) this.#halve()
		let at = this.#at - this.#from
		const until = time - this.#from
		if (this.open > 0)
			while (at < until) {
				const piece = Math.min(buckets - 1, Math.floor(at / this.#width))
				const end = Math.min(until, (piece + 1) * this.#width)
				this.#sums[piece]! += this.open * (end - at)
				// Rounding errors must not cause an endless loop.
				if (end <= at) break
				at = end
			}
		this.#at = time
	}

	/**
	 * The begin of the first piece, the duration of a piece, and the average number of open items in each. Nanoseconds.
	 */
	pieces(): { readonly from: number; readonly width: number; readonly mean: number[] } {
		const from = this.#from ?? 0
		const used = Math.min(buckets, Math.ceil((this.#at - from) / this.#width))
		return { from, width: this.#width, mean: Array.from(this.#sums.subarray(0, used), sum => sum / this.#width) }
	}

	#halve(): void {
		const sums = new Float64Array(buckets)
		for (let i = 0; i < buckets; i++) sums[i >> 1]! += this.#sums[i]!
		this.#sums = sums
		this.#width *= 2
	}
}
