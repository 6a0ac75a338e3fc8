// Which numbers of a window are unusual. Rates and durations are compared on scales on which chance has the same size
// everywhere: the root of a count, the logarithm of a duration.
import type { Durations } from '../facts/durations.js'
import { Baseline } from './baseline.js'
import type { Anomaly } from './report.js'

/**
 * A value is unusual from this robust z-score on. Measured on streams in which nothing changes: see docs/analyze.md.
 */
const limit = 6
/**
 * How many standard errors a quantile may be off by chance. The whole range must be on one side of what is usual: the
 * median of values around 1 ms and around 10 ms, each about as frequent as the other, is now one and now the other.
 */
const errors = 4
/** Fewer events have no such quantile. */
const enough = { p50: 10, p99: 200 } as const

type Quantile = keyof typeof enough

interface Watched {
	readonly baseline: Baseline
	/** In how many windows in a row it is unusual. */
	row: number
}

/** The numbers of one group, over the windows. */
export class Unusual {
	readonly #rate = watched(1)
	readonly #errors = watched(1)
	readonly #p50 = watched(0.03)
	readonly #p99 = watched(0.05)

	/**
	 * The next window.
	 *
	 * @param failed how many ended with an error
	 * @param seconds the width of the window
	 */
	next(durations: Durations, failed: number, seconds: number): Omit<Anomaly, 'kind' | 'name'>[] {
		return [
			count('rate', this.#rate, durations.count, seconds),
			count('errors', this.#errors, failed, seconds),
			quantile('p50', 0.5, this.#p50, durations),
			quantile('p99', 0.99, this.#p99, durations),
		].filter(it => it !== null)
	}
}

function watched(floor: number): Watched {
	return { baseline: new Baseline(floor), row: 0 }
}

/** Of a count that is Poisson distributed, this has the standard deviation 1. */
function rooted(n: number): number {
	return 2 * Math.sqrt(n + 3 / 8)
}

function count(
	what: 'rate' | 'errors',
	number: Watched,
	n: number,
	seconds: number,
): Omit<Anomaly, 'kind' | 'name'> | null {
	const known = number.baseline.next(rooted(n))
	if (known === null) return null
	const usual = Math.max(0, (known.median / 2) ** 2 - 3 / 8) / seconds
	return judged(number, Math.abs(known.z) > limit, { what, value: n / seconds, usual, z: known.z })
}

function quantile(
	what: Quantile,
	share: number,
	number: Watched,
	durations: Durations,
): Omit<Anomaly, 'kind' | 'name'> | null {
	const n = durations.count
	if (n < enough[what]) return null
	const value = durations.quantile(share)
	const known = number.baseline.next(Math.log(Math.max(1, value)), n)
	if (known === null) return null
	const usual = Math.exp(known.median)
	const range = errors * Math.sqrt((share * (1 - share)) / n)
	const isBeyond =
		known.z > 0
			? durations.quantile(Math.max(0, share - range)) > usual
			: share + range < 1 && durations.quantile(share + range) < usual
	return judged(number, Math.abs(known.z) > limit && isBeyond, { what, value, usual, z: known.z })
}

function judged(
	number: Watched,
	isUnusual: boolean,
	it: Omit<Anomaly, 'kind' | 'name' | 'windows'>,
): Omit<Anomaly, 'kind' | 'name'> | null {
	number.row = isUnusual ? number.row + 1 : 0
	return isUnusual ? { ...it, windows: number.row } : null
}
