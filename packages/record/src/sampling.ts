import { Random } from './random.js'

/**
 * Which signals of an event are recorded.
 *
 * - `every: n`: the first and then each nth.
 * - `probability: p`: each with the probability p.
 * - `perSecond: n`: the first n of a second.
 * - `overhead: f`: as many, chosen at random, that recording the event takes at most the fraction f of the time of the thread. Adapted each second.
 */
export type Sampling =
	| { readonly every: number }
	| { readonly probability: number }
	| { readonly perSecond: number }
	| { readonly overhead: number }

export interface Sampler {
	/** Whether to record this signal. */
	admit(): boolean
	/** Called about once a second, after the statistics have been written: what it changes applies from here on. */
	tick(ms: number, recorded: number): void
	/** How many were not. */
	readonly out: number
	/** For people. */
	readonly text: string
}

/** @throws RangeError if a number is not in its range */
export function sampler(sampling: Sampling, now: () => number, costOf: () => number): Sampler {
	if ('every' in sampling) return new Every(inRange('every', sampling.every, 1, 1e9, true))
	if ('probability' in sampling) return new Chance(inRange('probability', sampling.probability, 0, 1, false))
	if ('perSecond' in sampling) return new Rate(inRange('perSecond', sampling.perSecond, 1, 1e9, true), now)
	return new Adaptive(inRange('overhead', sampling.overhead, 0, 1, false), now, costOf)
}

function inRange(name: string, value: unknown, least: number, most: number, integer: boolean): number {
	if (typeof value !== 'number' || !(value >= least && value <= most) || (integer && !Number.isInteger(value)))
		throw new RangeError(
			`record: sample: ${name} must be ${integer ? 'an integer' : 'a number'} from ${least} to ${most}, not ${String(value)}`,
		)
	return value
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
	readonly #most: number
	readonly #now: () => number
	#n = 0
	#since: number

	constructor(most: number, now: () => number) {
		this.#most = most
		this.#now = now
		this.#since = now()
		this.text = `at most ${most} a second`
	}

	admit(): boolean {
		if (this.#n < this.#most) {
			this.#n++
			return true
		}
		// The clock costs more than all the rest: it is asked each 64th time only.
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
