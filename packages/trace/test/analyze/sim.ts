// Programs in virtual time: async functions that sleep, block the thread, take locks; recorded as `@tsgotrace/exec`
// records.
import type { TraceArgs } from '@tsgotrace/trace/read'
import { Program } from '../items.js'

interface Timer {
	readonly at: number
	readonly nth: number
	readonly fire: () => void
}

const ms = 1e6

/** Numbers that look random, the same for a seed. */
export class Random {
	#state: number
	constructor(seed: number) {
		this.#state = (seed * 2654435761) >>> 0 || 1
	}

	/** From 0 to 1. */
	next(): number {
		let x = this.#state
		x ^= x << 13
		x ^= x >>> 17
		x ^= x << 5
		this.#state = x >>> 0
		return this.#state / 2 ** 32
	}

	between(from: number, to: number): number {
		return from + this.next() * (to - from)
	}

	/** Many short ones, and a few long. */
	exponential(mean: number): number {
		return -Math.log(1 - this.next()) * mean
	}

	int(below: number): number {
		return Math.floor(this.next() * below)
	}
}

export class Sim {
	readonly program: Program = new Program()
	readonly random: Random
	now: number = 1 * ms
	readonly #timers: Timer[] = []
	#nth = 0
	#id = 0
	#late = 0
	#watched = 0

	constructor(seed: number) {
		this.random = new Random(seed)
	}

	nextId(): number {
		return ++this.#id
	}

	/** Something takes a little. */
	#tick(): number {
		return (this.now += 500)
	}

	async sleep(time: number): Promise<void> {
		return new Promise(resolve => this.#timers.push({ at: this.now + time * ms, nth: this.#nth++, fire: resolve }))
	}

	/** Nothing else runs for so long. */
	block(time: number): void {
		this.now += time * ms
	}

	async task<T>(name: string, fn: (task: number) => Promise<T>, { parent = 0, kind = 'task' } = {}): Promise<T> {
		const id = this.nextId()
		const end = this.program.task(this.#tick(), id, name, { parent, kind })
		try {
			const result = await fn(id)
			end(this.#tick())
			return result
		} catch (error) {
			end(this.#tick(), 'threw', String(error))
			throw error
		}
	}

	/** A task that begins and never ends; V8, or the end of the process, may say so. */
	lose(name: string, parent = 0): (how: 'lost' | 'exited') => void {
		const end = this.program.task(this.#tick(), this.nextId(), name, { parent, kind: 'spawn' })
		return how => end(this.#tick(), how)
	}

	async region<T>(name: string, task: number, fn: () => Promise<T>): Promise<T> {
		const end = this.program.region(this.#tick(), this.nextId(), name, task)
		try {
			return await fn()
		} finally {
			end(this.#tick())
		}
	}

	async call(target: string, task: number, time: number, fails = false): Promise<void> {
		const end = this.program.call(this.#tick(), this.nextId(), target, task)
		await this.sleep(time)
		end(this.#tick(), fails ? 'threw' : 'returned', fails ? 'Error: ECONNRESET' : '200')
		if (fails) throw new Error('ECONNRESET')
	}

	/** A slice of the program's own events. */
	slice(id: string, args: TraceArgs = {}): (args?: TraceArgs) => void {
		const end = this.program.begin(this.#tick(), id, args)
		return endArgs => end(this.#tick(), endArgs)
	}

	instant(id: string, args: TraceArgs): void {
		this.program.signal('instant', this.#tick(), id, args)
	}

	/** What is over. */
	done(id: string, args: TraceArgs & { readonly ms: number }): void {
		this.program.done(this.#tick(), id, args)
	}

	/** The loop says how late it was, each tenth of a second. */
	watch(until: number): void {
		const look = (): void => {
			this.program.count(this.now, '@tsgotrace/exec/thread:traceLoopDelayCount', this.#late / ms)
			this.#late = 0
			this.#watched = this.now + 100 * ms
			if (this.now < until * ms) this.#timers.push({ at: this.#watched, nth: this.#nth++, fire: look })
		}
		look()
		const beat = (): void => {
			if (this.now < until * ms) this.#timers.push({ at: this.now + 10 * ms, nth: this.#nth++, fire: beat })
		}
		beat()
	}

	/** Until nothing is left to do. */
	async run(main: () => Promise<unknown>): Promise<Program> {
		void main()
		await turn()
		while (this.#timers.length > 0) {
			let next = 0
			for (let i = 1; i < this.#timers.length; i++) {
				const [a, b] = [this.#timers[i]!, this.#timers[next]!]
				if (a.at < b.at || (a.at === b.at && a.nth < b.nth)) next = i
			}
			const [timer] = this.#timers.splice(next, 1)
			if (timer!.at < this.now) this.#late = Math.max(this.#late, this.now - timer!.at)
			else this.now = timer!.at
			timer!.fire()
			await turn()
		}
		return this.program
	}
}

async function turn(): Promise<void> {
	return new Promise(resolve => setImmediate(resolve))
}

/** A fixed number can hold it at a time. */
export class Semaphore {
	#free: number
	readonly #waiting: (() => void)[] = []

	constructor(places: number) {
		this.#free = places
	}

	async acquire(): Promise<void> {
		if (this.#free > 0) {
			this.#free--
			return
		}
		return new Promise(resolve => this.#waiting.push(resolve))
	}

	release(): void {
		const next = this.#waiting.shift()
		if (next === undefined) this.#free++
		else next()
	}
}

/** `count` times `fn`, beginning so many milliseconds apart on average. */
export async function arrivals(
	sim: Sim,
	count: number,
	apart: number,
	fn: (n: number) => Promise<unknown>,
): Promise<void> {
	const all: Promise<unknown>[] = []
	for (let n = 0; n < count; n++) {
		all.push(fn(n).catch(() => {}))
		await sim.sleep(sim.random.exponential(apart))
	}
	await Promise.all(all)
}

export const run = (seed: number, main: (sim: Sim) => Promise<unknown>): Promise<Program> => {
	const sim = new Sim(seed)
	return sim.run(async () => main(sim))
}

/** One of these reports states, as the hooks of `@tsgotrace/exec` do. */
export function wait(sim: Sim, task: number, ms: number, reason: string, runnable = 0, by = 0): void {
	if (by !== 0) sim.instant('@tsgotrace/exec/states:traceWake', { task, by })
	// Its fractions are powers of two, which take less.
	sim.done('@tsgotrace/exec/states:traceWaitDone', { ms, task, reason, runnable: Math.floor(runnable * 1024) / 1024 })
}

export interface Fault {
	readonly rule: string
	readonly level: string
	/** What the finding must be about. */
	readonly subject: string
	readonly program: (seed: number) => Promise<Program>
}
