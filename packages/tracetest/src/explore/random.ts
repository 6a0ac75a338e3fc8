import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Numbers that look random and are the same for the same seed, on every machine. */
export class Random {
	#generator: ReturnType<typeof xoroshiro128plus>

	constructor(seed: number) {
		this.#generator = xoroshiro128plus(seed)
	}

	/** One that goes on with the same numbers. */
	clone(): Random {
		const copy = new Random(0)
		copy.#generator = this.#generator.clone()
		return copy
	}

	/** A whole number from 0 to `limit - 1`; 0 if there is none. */
	below(limit: number): number {
		return limit <= 1 ? 0 : uniformInt(this.#generator, 0, limit - 1)
	}
}
