import { threadId } from 'node:worker_threads'

// Threads that start in the same millisecond must not make the same choices.
let seeds = Date.now() ^ Math.imul(process.pid, 0x85eb_ca6b) ^ Math.imul(threadId, 0xc2b2_ae35)

/**
 * xorshift32: the quality suffices for sampling, and it takes a nanosecond. Never calls the program's Math.random: a
 * test may have replaced it, and a seeded one would return other numbers to the program than without a recorder.
 */
export class Random {
	#state: number = Math.imul(seeds++, 0x9e37_79b1) | 1

	/** At least 0, below 1. */
	next(): number {
		let x = this.#state
		x ^= x << 13
		x ^= x >>> 17
		x ^= x << 5
		this.#state = x
		return (x >>> 0) / 0x1_0000_0000
	}
}
