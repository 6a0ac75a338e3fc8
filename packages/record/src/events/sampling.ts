import { checkNumber } from '../engine/checknumber.js'
import { Random } from './random.js'

/**
 * Decides which signals of an event are recorded.
 *
 * - `every: n`: the first and then each nth.
 * - `probability: p`: each with the probability p.
 * - `perSecond: n`: the first n of a second.
 * - `overhead: f`: as many, chosen at random, as keep the cost of recording the event below the fraction f of the
 *   thread's time. Adapted each second.
 */
export type Sampling =
	| { readonly every: number }
	| { readonly probability: number }
	| { readonly perSecond: number }
	| { readonly overhead: number }

export interface Sampler {
	/** Whether to record this signal. */
	admit(): boolean
	/** Called about once a second, after the statistics have been written: its changes apply from then on. */
	tick(ms: number, recorded: number): void
	/** How many signals were not recorded. */
	readonly out: number
	/** For humans. */
	readonly text: string
}

/** @throws TypeError, RangeError for an invalid rule, or a number out of range */
export function sampler(sampling: Sampling, now: () => number, costOf: () => number): Sampler {
	const rule: unknown = sampling
	if (typeof rule === 'object' && rule !== null) {
		if ('every' in rule) return new Every(checkNumber('sample: every', rule.every, 1, 1e9, true))
		if ('probability' in rule) return new Chance(checkNumber('sample: probability', rule.probability, 0, 1, false))
		if ('perSecond' in rule) return new Rate(checkNumber('sample: perSecond', rule.perSecond, 1, 1e9, true), now)
		if ('overhead' in rule)
			return new Adaptive(checkNumber('sample: overhead', rule.overhead, 0, 1, false), now, costOf)
	}
	throw new TypeError(
		`record: sample: ${JSON.stringify(rule)} must be { every }, { probability }, { perSecond } or { overhead }`,
	)
}

/** @returns the rule. @throws like {@link sampler} */
export function checkSampling(sampling: object): Sampling {
	sampler(
		sampling as Sampling,
		() => 0,
		() => 0,
	)
	return sampling as Sampling
}

class Every implements Sampler {
	out = 0
	readonly text: string
	readonly #n: number
	#left = 0

	constructor(n: number) {
		this.#n = n
		this.text = `every ${n}`
	}

	admit(): boolean {
		if (this.#left === 0) {
			this.#left = this.#n - 1
			return true
		}
		this.#left--
		this.out++
		return false
	}

	tick(): void {}
}

class Chance implements Sampler {
	out = 0
	readonly text: string
	readonly #random = new Random()
	readonly #probability: number

	constructor(probability: number) {
		this.#probability = probability
		this.text = `probability ${probability}`
	}

	admit(): boolean {
		if (this.#random.next() < this.#probability) return true
		this.out++
		return false
	}

	tick(): void {}
}

class Rate implements Sampler {
	out = 0
	readonly text: string
	readonly #max: number
	readonly #now: () => number
	#n = 0
	#since: number

	constructor(max: number, now: () => number) {
		this.#max = max
		this.#now = now
		this.#since = now()
		this.text = `at most ${max} a second`
	}

	admit(): boolean {
		if (this.#n < this.#max) {
			this.#n++
			return true
		}
		// The clock costs more than everything else here, so it is read only every 64th time.
		if ((this.out & 63) === 0 && this.#renew(this.#now())) {
			this.#n = 1
			return true
		}
		this.out++
		return false
	}

	tick(ms: number): void {
		this.#renew(ms)
	}

	#renew(ms: number): boolean {
		if (ms - this.#since < 1000) return false
		this.#since = ms
		this.#n = 0
		return true
	}
}

class Adaptive implements Sampler {
	out = 0
	readonly text: string
	readonly #budget: number
	readonly #costOf: () => number
	readonly #random = new Random()
	#probability = 1
	#since: number
	#before = 0

	constructor(budget: number, now: () => number, costOf: () => number) {
		this.#budget = budget
		this.#costOf = costOf
		this.#since = now()
		this.text = `overhead at most ${budget}`
	}

	admit(): boolean {
		if (this.#probability === 1 || this.#random.next() < this.#probability) return true
		this.out++
		return false
	}

	tick(ms: number, recorded: number): void {
		const signals = recorded + this.out - this.#before
		const passed = (ms - this.#since) * 1e6
		this.#before += signals
		this.#since = ms
		if (passed <= 0) return
		const wanted = signals === 0 ? 1 : (this.#budget * passed) / (signals * this.#costOf())
		this.#probability = Math.min(1, wanted)
	}
}
