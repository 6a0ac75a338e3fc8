/** Some of the numbers below a limit, and the place of each among them: a quarter of a byte a number. */
export class Rank {
	/** How many there are. */
	readonly count: number
	readonly #words: Uint32Array
	/** How many there are before each word. */
	readonly #before: Uint32Array

	constructor(limit: number, has: (value: number) => boolean) {
		const length = Math.ceil(limit / 32)
		this.#words = new Uint32Array(length)
		this.#before = new Uint32Array(length)
		let count = 0
		for (let at = 0; at < length; at++) {
			let word = 0
			const end = Math.min(limit - 32 * at, 32)
			for (let bit = 0; bit < end; bit++) if (has(32 * at + bit)) word |= 1 << bit
			this.#words[at] = word
			this.#before[at] = count
			count += ones(word)
		}
		this.count = count
	}

	/** The place of a number, or -1 if it is not one of them. */
	of(value: number): number {
		const at = value >>> 5
		const word = this.#words[at] ?? 0
		const bit = 1 << (value & 31)
		return (word & bit) === 0 ? -1 : this.#before[at]! + ones(word & (bit - 1))
	}
}

/** The number of bits that are 1. */
function ones(word: number): number {
	let bits = word - ((word >>> 1) & 0x5555_5555)
	bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333)
	return (Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24) & 0x3f
}
