import { shared } from '../realm.js'

const minInterval = 100
const maxInterval = 1_000_000
const defaultInterval = 10_000

/** Microseconds between two samples. */
const options = shared('cpu', () => ({ interval: defaultInterval }))

/**
 * The microseconds of an interval such as `10ms`, `0.5ms` or `500us`.
 *
 * @throws TypeError, RangeError
 */
export function intervalOf(text: unknown): number {
	const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)\s*(us|ms|s)$/.exec(text) : null
	if (match === null)
		throw new TypeError(`must be the time between two samples, such as '10ms', or false, not ${JSON.stringify(text)}`)
	const us = Math.round(Number(match[1]) * { us: 1, ms: 1000, s: 1_000_000 }[match[2] as 'us' | 'ms' | 's'])
	if (us < minInterval || us > maxInterval)
		throw new RangeError(`must be from 100us to 1s, not ${JSON.stringify(text)}`)
	return us
}

export function configureCpu(interval: number): void {
	options.interval = interval
}

export function cpuInterval(): number {
	return options.interval
}
