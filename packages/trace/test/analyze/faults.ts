// Programs with a fault each, and programs without: see sim.ts.
import type { Program } from '../items.js'
import { Places, sharedWithoutFault, sharedWithTurns } from './sharing.js'
import { arrivals, type Fault, run, Semaphore, type Sim, wait } from './sim.js'

const semaphore =
	(places: number, names: readonly [wait: string, hold: string], apart: number) => async (seed: number) =>
		run(seed, async sim => {
			const lock = new Semaphore(places)
			await arrivals(sim, 150, apart, async () =>
				sim.task('POST /order', async task => {
					await sim.call('GET http://stock/item', task, sim.random.between(2, 6))
					await sim.region(names[0], task, async () => lock.acquire())
					await sim.region(names[1], task, async () => sim.sleep(sim.random.between(8, 14)))
					lock.release()
					await sim.call('POST http://mail/send', task, sim.random.between(1, 4))
				}),
			)
		})

type Lock = readonly [name: string, lock: Semaphore]

/** Waits for a lock, and has it until `fn` is over. */
async function locked(sim: Sim, task: number, [name, lock]: Lock, fn: () => Promise<void>): Promise<void> {
	await sim.region(`wait ${name}`, task, async () => lock.acquire())
	await sim.region(`hold ${name}`, task, fn)
	lock.release()
}

export const faults: Readonly<Record<string, Fault>> = {
	'a synchronous call of Node that the sampler finds': {
		rule: 'blocking call',
		level: 'measured',
		subject: 'fs.readFileSync',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 20, 60, async n =>
					sim.task('GET /config', async task => {
						const ms = sim.random.between(22, 40)
						sim.block(n % 3 === 0 ? ms : 1)
						if (n % 3 !== 0) return Promise.resolve()
						const stall = {
							task,
							name: 'GET /config',
							where: 'load src/config.ts:12',
							call: 'fs.readFileSync',
							stack: '',
							gc: 0,
							samples: 9,
							ago: 0,
						}
						sim.done('@tsgotrace/exec/stalls:traceStallDone', { ms, ...stall })
						return Promise.resolve()
					}),
				),
			),
	},
	'a task that goes on by microtasks for ever': {
		rule: 'starvation',
		level: 'measured',
		subject: 'task poll',
		program: async seed =>
			run(seed, async sim => {
				sim.watch(4000)
				await arrivals(sim, 30, 40, async () => sim.task('GET /', async () => sim.sleep(4)))
				await sim.task('poll', async task => {
					for (let n = 0; n < 400; n++) {
						const ms = sim.random.between(0.2, 0.4)
						sim.block(ms)
						sim.done('@tsgotrace/exec/states:traceRunDone', { ms, task, name: 'poll', ago: 0 })
						sim.block(0.01)
						wait(sim, task, 0.01, 'immediate', 0.01)
					}
					return Promise.resolve()
				})
				await sim.sleep(150)
			}),
	},
	'tasks that wait for each other, of which only states are known': {
		rule: 'contention',
		level: 'measured',
		subject: 'task PUT /stock',
		program: async seed =>
			run(seed, async sim => {
				const lock = new Places(1)
				await arrivals(sim, 60, 6, async () =>
					sim.task('PUT /stock', async task => lock.have(sim, task, async () => sim.sleep(sim.random.between(6, 10)))),
				)
			}),
	},
	...sharedWithTurns,
	'two locks that are taken in opposite orders': {
		rule: 'stuck',
		level: 'measured',
		subject: 'task transfer, task refund',
		program: async seed =>
			run(seed, async sim => {
				const [a, b] = ['a', 'b'].map(name => [name, new Semaphore(1)] as const) as [Lock, Lock]
				const both = async (name: string, first: Lock, second: Lock): Promise<void> =>
					sim.task(name, async task =>
						locked(sim, task, first, async () => {
							await sim.sleep(sim.random.between(1, 3))
							await locked(sim, task, second, async () => sim.sleep(2))
						}),
					)
				for (let n = 0; n < 5; n++) await both('transfer', a, b)
				void both('transfer', a, b)
				void both('refund', b, a)
				await arrivals(sim, 20, 10, async () => sim.task('GET /', async () => sim.sleep(2)))
			}),
	},
	'tasks of which the promise was collected': {
		rule: 'lost',
		level: 'proved',
		subject: 'task notify',
		program: async seed =>
			run(seed, async sim => {
				const ends: (() => void)[] = []
				await arrivals(sim, 5, 10, async () => {
					const end = sim.lose('notify')
					ends.push(() => end('lost'))
					await sim.sleep(sim.random.between(5, 50))
				})
				for (const end of ends) end()
			}),
	},
	'tasks that only the end of the process ends': {
		rule: 'leak',
		level: 'suspected',
		subject: 'task refresh',
		program: async seed =>
			run(seed, async sim => {
				const ends: (() => void)[] = []
				await arrivals(sim, 60, 10, async () =>
					sim.task('GET /', async task => {
						const end = sim.lose('refresh', task)
						ends.push(() => end('exited'))
						await sim.sleep(5)
					}),
				)
				for (const end of ends) end()
			}),
	},
	'a task that each request begins and that never ends': {
		rule: 'leak',
		level: 'suspected',
		subject: 'task refresh',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 60, 10, async () =>
					sim.task('GET /', async task => {
						sim.lose('refresh', task)
						await sim.sleep(5)
					}),
				),
			),
	},
	'connections that are not given back': {
		rule: 'leak',
		level: 'suspected',
		subject: 'slice db:traceConnection',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 100, 8, async n => {
					const close = sim.slice('db:traceConnection', { n })
					await sim.sleep(sim.random.between(2, 9))
					if (n % 3 !== 0) close()
				}),
			),
	},
	'a lock that all need': {
		rule: 'contention',
		level: 'measured',
		subject: 'region lock',
		program: semaphore(1, ['lock', 'update'], 8),
	},
	'a pool that is too small': {
		rule: 'pool',
		level: 'measured',
		subject: 'region acquire',
		program: semaphore(4, ['acquire', 'query'], 2),
	},
	'jobs that wait for workers, in events of the program itself': {
		rule: 'pool',
		level: 'measured',
		subject: 'slice queue:traceQueued',
		program: async seed =>
			run(seed, async sim => {
				const workers = new Semaphore(3)
				await arrivals(sim, 150, 3, async job => {
					const begin = sim.slice('queue:traceQueued', { job })
					await workers.acquire()
					begin()
					const end = sim.slice('queue:traceWork', { job })
					await sim.sleep(sim.random.between(9, 14))
					end()
					workers.release()
				})
			}),
	},
	'a step that computes for long': {
		rule: 'stall',
		level: 'measured',
		subject: 'region render',
		program: async seed =>
			run(seed, async sim => {
				sim.watch(1500)
				await arrivals(sim, 60, 25, async n =>
					sim.task('GET /report', async task => {
						await sim.call('GET http://db/rows', task, sim.random.between(10, 40))
						await sim.region('render', task, async () => {
							sim.block(n % 4 === 0 ? sim.random.between(60, 120) : 1)
							return Promise.resolve()
						})
					}),
				)
			}),
	},
	'a step that computes for long, where the loop is not watched': {
		rule: 'stall',
		level: 'suspected',
		subject: 'region parse',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 60, 20, async () =>
					sim.task('GET /report', async task => {
						await sim.call('GET http://db/rows', task, sim.random.between(30, 90))
						await sim.region('parse', task, async () => {
							sim.block(sim.random.between(30, 60))
							return Promise.resolve()
						})
					}),
				),
			),
	},
	'a page that waits for the slowest of its parts': {
		rule: 'slowest',
		level: 'suspected',
		subject: 'task GET /home',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 40, 20, async () =>
					sim.task('GET /home', async task =>
						Promise.all(
							['menu', 'news', 'user', 'ads'].map(async part =>
								sim.call(`GET http://${part}/`, task, sim.random.between(4, 8) * (part === 'ads' ? 8 : 1)),
							),
						),
					),
				),
			),
	},
	'requests one after the other that could be at once': {
		rule: 'serial',
		level: 'suspected',
		subject: 'task GET /profile',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 40, 10, async () =>
					sim.task('GET /profile', async task => {
						for (const part of ['user', 'orders', 'reviews', 'friends'])
							await sim.call(`GET http://${part}/`, task, sim.random.between(6, 12))
					}),
				),
			),
	},
	'a call for each row': {
		rule: 'n+1',
		level: 'measured',
		subject: 'task GET /list',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 20, 15, async () =>
					sim.task('GET /list', async task => {
						await sim.call('GET http://db/list', task, 5)
						for (let n = 0; n < 20 + sim.random.int(30); n++)
							await sim.call('GET http://db/item/:id', task, sim.random.between(1, 3))
					}),
				),
			),
	},
	'a query for each row, as regions': {
		rule: 'n+1',
		level: 'suspected',
		subject: 'task job',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 20, 15, async () =>
					sim.task('job', async task => {
						for (let n = 0; n < 12 + sim.random.int(30); n++)
							await sim.region('query', task, async () => sim.sleep(sim.random.between(1, 3)))
					}),
				),
			),
	},
	'retries of what fails most of the time': {
		rule: 'retries',
		level: 'measured',
		subject: 'task POST /pay',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 40, 15, async () =>
					sim.task('POST /pay', async task => {
						for (let n = 0; n < 6; n++) {
							try {
								await sim.call('POST http://bank/pay', task, sim.random.between(4, 9), sim.random.next() < 0.7)
								return
							} catch {
								await sim.sleep(1)
							}
						}
					}),
				),
			),
	},
	'garbage that takes a fifth of the time': {
		rule: 'gc',
		level: 'measured',
		subject: 'thread main',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 80, 10, async () => {
					await sim.task('GET /', async () => sim.sleep(3))
					sim.block(2)
					sim.done('@tsgotrace/exec/thread:traceGcDone', {
						ms: sim.random.between(2, 3),
						kind: 'scavenge',
						ago: 0,
						forced: false,
					})
				}),
			),
	},
	'a loop that is always late': {
		rule: 'loop delay',
		level: 'measured',
		subject: 'thread main',
		program: async seed =>
			run(seed, async sim => {
				sim.watch(2500)
				for (let n = 0; n < 20; n++) {
					sim.block(sim.random.between(90, 130))
					await sim.sleep(1)
				}
			}),
	},
	'events that were lost': {
		rule: 'loss',
		level: 'proved',
		subject: 'the trace',
		program: async seed =>
			run(seed, async sim => {
				await arrivals(sim, 20, 10, async () => sim.task('GET /', async () => sim.sleep(3)))
				sim.program.loss(sim.now, 12, 'queue is full')
			}),
	},
	'a task that runs for long without a break': {
		rule: 'long run',
		level: 'measured',
		subject: 'task GET /export',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 10, 80, async () =>
					sim.task('GET /export', async task => {
						const time = sim.random.between(60, 90)
						sim.block(time)
						sim.done('@tsgotrace/exec/states:traceRunDone', { ms: time, task, name: 'GET /export', ago: 0 })
						await sim.sleep(5)
					}),
				),
			),
	},
	'more work than one thread can do': {
		rule: 'crowding',
		level: 'measured',
		subject: 'task GET /thumb',
		program: async seed =>
			run(seed, async sim =>
				arrivals(sim, 200, 4, async n => {
					if (n % 25 === 24) sim.program.count(sim.now, '@tsgotrace/exec/thread:traceLoopBusyCount', 100)
					return sim.task('GET /thumb', async task => {
						await sim.sleep(sim.random.between(20, 40))
						wait(sim, task, 20, 'fs', 14)
						sim.done('@tsgotrace/exec/states:traceRunDone', { ms: 3, task, name: 'GET /thumb', ago: 0 })
					})
				}),
			),
	},
	'a place at which tasks wait for each other': {
		rule: 'contention',
		level: 'measured',
		subject: 'task POST /order',
		program: async seed =>
			run(seed, async sim => {
				let before = 0
				await arrivals(sim, 60, 6, async () =>
					sim.task('POST /order', async task => {
						await sim.sleep(20)
						sim.instant('@tsgotrace/exec/states:traceWaitSite', { task, site: 'src/lock.ts:12:9', weight: 1 })
						wait(sim, task, 15, 'sync', 0, before === 0 ? task : before)
						before = task
						await sim.sleep(2)
					}),
				)
			}),
	},
}

/** Nothing of these is a fault, though parts of them look like some. */
export const clean: Readonly<Record<string, (seed: number) => Promise<Program>>> = {
	'a server with enough of everything': async seed =>
		run(seed, async sim => {
			sim.watch(2000)
			await arrivals(sim, 200, 8, async n =>
				sim.task(`GET /${n % 4}`, async task => {
					await sim.call('GET http://db/', task, sim.random.exponential(6), sim.random.next() < 0.01)
					sim.block(sim.random.between(0.1, 1))
				}),
			)
		}),
	'a pool that is hardly used': semaphore(20, ['acquire', 'query'], 4),
	'two locks, always in the same order, at the end of the trace': async seed =>
		run(seed, async sim => {
			const [a, b] = ['a', 'b'].map(name => [name, new Semaphore(1)] as const) as [Lock, Lock]
			const both = async (): Promise<void> =>
				sim.task('transfer', async task =>
					locked(sim, task, a, async () => locked(sim, task, b, async () => sim.sleep(1))),
				)
			for (let n = 0; n < 10; n++) await both()
			// The trace ends while one holds both, and others wait.
			await sim.task('transfer', async task =>
				locked(sim, task, a, async () =>
					locked(sim, task, b, async () => {
						for (let n = 0; n < 5; n++) void both()
						await sim.sleep(sim.random.between(10, 300))
						await new Promise(() => {})
					}),
				),
			)
		}),
	'a task that waits for the tasks that it started, of the same name': async seed =>
		run(seed, async sim => {
			const walk = async (depth: number, parent: number): Promise<number> =>
				sim.task(
					'walk',
					async task => {
						const since = sim.now
						await sim.sleep(sim.random.between(1, 3))
						wait(sim, task, (sim.now - since) / 1e6, 'timer')
						if (depth === 0) return task
						const before = sim.now
						const below = await walk(depth - 1, task)
						wait(sim, task, (sim.now - before) / 1e6, 'sync', 0, below)
						return task
					},
					{ parent },
				)
			for (let n = 0; n < 20; n++) await walk(4, 0)
		}),
	'a lock without contention': semaphore(1, ['lock', 'update'], 60),
	'no pool at all': async seed =>
		run(seed, async sim =>
			arrivals(sim, 300, 1, async () =>
				sim.task('GET /', async task => {
					await sim.region('first', task, async () => sim.sleep(sim.random.exponential(12)))
					await sim.region('second', task, async () => sim.sleep(sim.random.exponential(12)))
				}),
			),
		),
	'two steps of jobs, with no limit': async seed =>
		run(seed, async sim =>
			arrivals(sim, 200, 2, async job => {
				const load = sim.slice('job:traceLoad', { job })
				await sim.sleep(sim.random.between(5, 15))
				load()
				const save = sim.slice('job:traceSave', { job })
				await sim.sleep(sim.random.between(5, 15))
				save()
			}),
		),
	'workers that run as long as the program': async seed =>
		run(seed, async sim => {
			for (let n = 0; n < 16; n++) sim.lose('worker')
			await arrivals(sim, 100, 10, async () => sim.task('job', async () => sim.sleep(8)))
		}),
	'a batch with a pause after each item': async seed =>
		run(seed, async sim =>
			arrivals(sim, 5, 500, async () =>
				sim.task('nightly', async task => {
					for (let n = 0; n < 8; n++)
						await sim.region(`step ${n}`, task, async () => sim.sleep(sim.random.between(20, 60)))
				}),
			),
		),
	'parts that take about the same': async seed =>
		run(seed, async sim =>
			arrivals(sim, 60, 10, async () =>
				sim.task('GET /home', async task =>
					Promise.all(
						['a', 'b', 'c', 'd'].map(async part => sim.call(`GET http://${part}/`, task, sim.random.between(8, 12))),
					),
				),
			),
		),
	'a retry now and then': async seed =>
		run(seed, async sim =>
			arrivals(sim, 200, 6, async () =>
				sim.task('POST /pay', async task => {
					for (let n = 0; n < 3; n++) {
						try {
							await sim.call('POST http://bank/pay', task, sim.random.between(4, 9), sim.random.next() < 0.03)
							return
						} catch {
							await sim.sleep(5)
						}
					}
				}),
			),
		),
	'requests that share what one of them fetches': async seed =>
		run(seed, async sim => {
			let fetching: { readonly task: number; readonly done: Promise<void> } | null = null
			await arrivals(sim, 200, 4, async () =>
				sim.task('GET /page', async task => {
					if (fetching === null) {
						const since = sim.now
						const done = sim.sleep(sim.random.between(10, 16))
						fetching = { task, done }
						await done
						wait(sim, task, (sim.now - since) / 1e6, 'timer')
						fetching = null
						return sim.sleep(1)
					}
					const { task: by, done } = fetching
					const since = sim.now
					await done
					wait(sim, task, (sim.now - since) / 1e6, 'sync', 0, by)
				}),
			)
		}),
	...sharedWithoutFault,
	'requests that come in bursts, of a thread that is mostly idle': async seed =>
		run(seed, async sim => {
			for (let burst = 0; burst < 20; burst++) {
				const begun = sim.now
				const tasks = Array.from({ length: 6 }, async () =>
					sim.task('GET /tile', async task => {
						const since = sim.now
						await sim.sleep(2)
						const late = Math.max(0, (sim.now - since) / 1e6 - 2)
						wait(sim, task, late + 2, 'net', late)
						const ms = sim.random.between(2, 4)
						sim.block(ms)
						sim.done('@tsgotrace/exec/states:traceRunDone', { ms, task, name: 'GET /tile', ago: 0 })
					}),
				)
				await Promise.all(tasks)
				const busy = (sim.now - begun) / 1e6
				await sim.sleep(100 - busy)
				sim.program.count(sim.now, '@tsgotrace/exec/thread:traceLoopBusyCount', busy)
			}
		}),
	'a server that loads its modules': async seed =>
		run(seed, async sim => {
			await sim.task(
				'main',
				async task => {
					for (let n = 0; n < 3; n++) {
						const ms = sim.random.between(55, 120)
						sim.block(ms)
						sim.done('@tsgotrace/exec/states:traceRunDone', { ms, task, name: 'main', ago: 0 })
						await sim.sleep(1)
						wait(sim, task, 1, 'fs')
					}
				},
				{ kind: 'main' },
			)
			await arrivals(sim, 60, 10, async () => sim.task('GET /', async () => sim.sleep(3)))
		}),
	'a loop that is late while it is idle': async seed =>
		run(seed, async sim => {
			for (let n = 0; n < 30; n++) {
				await sim.task('GET /', async () => sim.sleep(90))
				await sim.sleep(sim.random.between(9, 10))
				sim.program.count(sim.now, '@tsgotrace/exec/thread:traceLoopBusyCount', sim.random.between(5, 20))
				sim.program.count(
					sim.now,
					'@tsgotrace/exec/thread:traceLoopDelayCount',
					n % 5 === 0 ? sim.random.between(60, 140) : 1,
				)
			}
		}),
	'a little garbage': async seed =>
		run(seed, async sim =>
			arrivals(sim, 100, 10, async () => {
				await sim.task('GET /', async () => sim.sleep(3))
				sim.done('@tsgotrace/exec/thread:traceGcDone', {
					ms: sim.random.between(0.2, 0.6),
					kind: 'scavenge',
					ago: 0,
					forced: false,
				})
			}),
		),
}
