// Streams of requests in which nothing ever changes: how often windows of them are called unusual is the rate of false
// alarms.
import { Durations } from '../../src/analyze/facts/durations.js'
import { Unusual } from '../../src/analyze/windows/unusual.js'
import { Random } from './sim.js'

/** How many numbers were judged on a kind of stream, and how many of them were called unusual. */
export interface Judged {
	numbers: number
	alarms: number
}

class Chance extends Random {
	normal(): number {
		return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
	}

	poisson(mean: number): number {
		if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
		let n = -1
		for (let product = 1, end = Math.exp(-mean); product > end; product *= this.next()) n++
		return n
	}
}

/** Durations in nanoseconds. */
const durations: Readonly<Record<string, (chance: Chance) => number>> = {
	regular: () => 3e6,
	'a little scattered': chance => 3e6 * Math.exp(0.3 * chance.normal()),
	scattered: chance => 3e6 * Math.exp(chance.normal()),
	exponential: chance => chance.exponential(3e6),
	'heavy tail': chance => 1e6 * (1 - chance.next()) ** (-1 / 1.5),
	'now a hit, now a miss': chance => (chance.next() < 0.45 ? chance.between(1e6, 1.1e6) : chance.between(10e6, 11e6)),
}

/**
 * As many windows of each kind of stream: independent requests, regular ones, and a queue of one server, where requests
 * wait for those before.
 */
export function nullStreams(windows: number): Map<string, Judged> {
	const found = new Map<string, Judged>()
	let seed = 0
	for (const mean of [3, 30, 300])
		for (const [name, took] of Object.entries(durations))
			found.set(`${mean} a second, ${name}`, independent(windows, mean, took, new Chance(++seed)))
	for (const load of [0.5, 0.8, 0.9]) found.set(`a queue at ${load * 100} %`, queue(windows, load, new Chance(++seed)))
	return found
}

function independent(windows: number, mean: number, took: (chance: Chance) => number, chance: Chance): Judged {
	const judge = new Judge()
	for (let window = 0; window < windows; window++) {
		const values = new Durations()
		for (let n = chance.poisson(mean); n > 0; n--) values.add(took(chance))
		judge.next(values, chance.poisson(mean / 100))
	}
	return judge.judged
}

function queue(windows: number, load: number, chance: Chance): Judged {
	const judge = new Judge()
	let [arrives, free, end, window] = [0, 0, 1e9, 0]
	let values = new Durations()
	while (window < windows) {
		arrives += chance.exponential(10e6 / load)
		free = Math.max(free, arrives) + chance.exponential(10e6)
		for (; free >= end; end += 1e9, window++) {
			judge.next(values, 0)
			values = new Durations()
		}
		values.add(free - arrives)
	}
	return judge.judged
}

class Judge {
	readonly judged: Judged = { numbers: 0, alarms: 0 }
	readonly #unusual = new Unusual()
	#windows = 0

	next(values: Durations, failed: number): void {
		const alarms = this.#unusual.next(values, failed, 1).length
		// The first windows only show what is usual.
		if (++this.#windows <= 20) return
		this.judged.numbers += 2 + (values.count >= 10 ? 1 : 0) + (values.count >= 200 ? 1 : 0)
		this.judged.alarms += alarms
	}
}
