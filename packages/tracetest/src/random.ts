import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Numbers that look random and are the same for the same seed, on every machine. */
export class Random {
	readonly #generator: ReturnType<typeof xoroshiro128plus>

	constructor(seed: number) {
		this.#generator = xoroshiro128plus(seed)
	}

	/** A whole number from 0 to `limit - 1`; 0 if there is none. */
	below(limit: number): number {
		return limit <= 1 ? 0 : uniformInt(this.#generator, 0, limit - 1)
	}
}
