/** A set of numbers below a limit: one bit for each. */
export class Bits {
	#words: Uint32Array

	/** @param size the limit; what is above it is added with more memory */
	constructor(size: number = 1 << 15) {
		this.#words = new Uint32Array((size >>> 5) + 1)
	}

	add(value: number): void {
		const at = value >>> 5
		if (at >= this.#words.length) {
			const words = new Uint32Array(Math.max(2 * this.#words.length, at + 1))
			words.set(this.#words)
			this.#words = words
		}
		this.#words[at]! |= 1 << (value & 31)
	}

	has(value: number): boolean {
		return ((this.#words[value >>> 5] ?? 0) & (1 << (value & 31))) !== 0
	}
}
