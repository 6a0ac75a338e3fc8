// Tasks of several names that wait for each other: for what one after the other has, and for what needs no turns. Only
// their states are known.
import type { Program } from '../items.js'
import { arrivals, type Fault, run, Semaphore, type Sim, wait } from './sim.js'

/** Waits for a place, and has it until `fn` is over. */
export class Places {
	readonly #semaphore: Semaphore
	#left = 0

	constructor(places: number) {
		this.#semaphore = new Semaphore(places)
	}

	async have(sim: Sim, task: number, fn: () => Promise<void>, site?: string): Promise<void> {
		const since = sim.now
		await this.#semaphore.acquire()
		const by = this.#left
		if (site !== undefined) sim.instant('@tsgotrace/exec/states:traceWaitSite', { task, site, weight: 1 })
		if (sim.now - since > 1e5) wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
		const from = sim.now
		await fn()
		wait(sim, task, (sim.now - from) / 1e6, 'timer')
		this.#left = task
		this.#semaphore.release()
	}
}

/** Who asks first fetches it, the others wait for that. */
export class Shared {
	readonly #fetching = new Map<string, { readonly by: number; readonly done: Promise<void> }>()

	async get(sim: Sim, task: number, key: string, fetch: () => Promise<void>, keeps = false): Promise<void> {
		const since = sim.now
		const other = this.#fetching.get(key)
		if (other !== undefined) {
			await other.done
			if (sim.now > since) wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, other.by)
			return
		}
		const done = fetch()
		this.#fetching.set(key, { by: task, done })
		await done
		wait(sim, task, (sim.now - since) / 1e6, 'timer')
		if (!keeps) this.#fetching.delete(key)
	}
}

/** All wait for the last one. */
export class Meeting {
	readonly #parties: number
	#waiting: ((by: number) => void)[] = []

	constructor(parties: number) {
		this.#parties = parties
	}

	async arrive(sim: Sim, task: number): Promise<void> {
		if (this.#waiting.length === this.#parties - 1) {
			const waiting = this.#waiting
			this.#waiting = []
			for (const go of waiting) go(task)
			return
		}
		const since = sim.now
		const by = await new Promise<number>(resolve => this.#waiting.push(resolve))
		wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
	}
}

const routes = ['GET /item', 'POST /login', 'GET /cart'] as const

export const sharedWithTurns: Readonly<Record<string, Fault>> = {
	'a pool that tasks of several names share': {
		rule: 'pool',
		level: 'measured',
		subject: 'task GET /cart, task GET /item, task POST /login',
		program: async seed =>
			run(seed, async sim => {
				const pool = new Places(3)
				await arrivals(sim, 120, 2, async () =>
					sim.task(routes[sim.random.int(3)]!, async task =>
						pool.have(sim, task, async () => sim.sleep(sim.random.between(6, 12))),
					),
				)
			}),
	},
	'a lock that tasks of several names take, at one place': {
		rule: 'contention',
		level: 'measured',
		subject: 'task GET /cart, task GET /item, task POST /login',
		program: async seed =>
			run(seed, async sim => {
				const lock = new Places(1)
				await arrivals(sim, 90, 4, async n =>
					sim.task(routes[n % 3]!, async task =>
						lock.have(sim, task, async () => sim.sleep(sim.random.between(4, 8)), 'src/lock.ts:12:9'),
					),
				)
			}),
	},
}

/** Nothing of these is a fault. */
export const sharedWithoutFault: Readonly<Record<string, (seed: number) => Promise<Program>>> = {
	'tasks of several names that share what one of them fetches': async seed =>
		run(seed, async sim => {
			const cache = new Shared()
			await arrivals(sim, 200, 3, async n =>
				sim.task(routes[n % 3]!, async task => {
					// Each of them fetches something at times, and waits for others before that.
					for (let part = 0; part < 3; part++)
						await cache.get(sim, task, `${sim.random.int(4)}`, async () => sim.sleep(sim.random.between(8, 14)))
				}),
			)
		}),
	'tasks of several names that wait for the same start': async seed =>
		run(seed, async sim => {
			const start = new Shared()
			await arrivals(sim, 90, 1, async n =>
				sim.task(routes[n % 3]!, async task => {
					await start.get(sim, task, 'connect', async () => sim.sleep(sim.random.between(90, 140)), true)
					await sim.sleep(2)
				}),
			)
		}),
	'tasks of several names whose keys are asked for in batches': async seed =>
		run(seed, async sim => {
			let batch: { by: number; done: Promise<void> } | null = null
			await arrivals(sim, 200, 2, async n =>
				sim.task(routes[n % 3]!, async task => {
					for (let part = 0; part < 2; part++) {
						const since = sim.now
						if (batch === null) {
							const mine = { by: task, done: sim.sleep(2).then(async () => sim.sleep(sim.random.between(6, 9))) }
							batch = mine
							void sim.sleep(2).then(() => (batch = null))
							await mine.done
							wait(sim, task, (sim.now - since) / 1e6, 'timer')
						} else {
							const { by, done } = batch
							await done
							wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
						}
					}
				}),
			)
		}),
	'tasks of several names that meet after each round': async seed =>
		run(seed, async sim => {
			const parties = 2 + sim.random.int(8)
			const meet = new Meeting(parties)
			await Promise.all(
				Array.from({ length: parties }, async (_, n) =>
					sim.task(routes[n % 3]!, async task => {
						for (let round = 0; round < 40; round++) {
							const from = sim.now
							await sim.sleep(sim.random.exponential(6))
							wait(sim, task, (sim.now - from) / 1e6, 'timer')
							await meet.arrive(sim, task)
						}
					}),
				),
			)
		}),
	'short tasks of several names that meet in pairs, and again': async seed =>
		run(seed, async sim => {
			const meetings = Array.from({ length: 60 }, () => new Meeting(2))
			await arrivals(sim, 120, 3, async n =>
				sim.task(routes[n % 3]!, async task => {
					for (let round = 0; round < 5; round++) {
						const from = sim.now
						await sim.sleep(sim.random.exponential(3))
						wait(sim, task, (sim.now - from) / 1e6, 'timer')
						await meetings[n >> 1]!.arrive(sim, task)
					}
				}),
			)
		}),
	'requests that ask one worker, and wait for its answer': async seed =>
		run(seed, async sim => {
			const waiting: { readonly task: number; readonly done: (by: number) => void }[] = []
			let wake: ((by: number) => void) | null = null
			const worker = sim.task('worker', async task => {
				for (let n = 0; n < 180; n++) {
					const since = sim.now
					if (waiting.length === 0) {
						const by = await new Promise<number>(resolve => (wake = resolve))
						wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
					}
					const from = sim.now
					await sim.sleep(sim.random.between(1, 3))
					wait(sim, task, (sim.now - from) / 1e6, 'timer')
					waiting.shift()!.done(task)
				}
			})
			await arrivals(sim, 60, 8, async n =>
				sim.task(routes[n % 3]!, async task => {
					for (let part = 0; part < 3; part++) {
						const since = sim.now
						const by = await new Promise<number>(resolve => {
							waiting.push({ task, done: resolve })
							wake?.(task)
							wake = null
						})
						wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
					}
				}),
			)
			await worker
		}),
}
