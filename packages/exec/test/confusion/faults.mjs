// Programs with a fault each, to be recorded: node faults.mjs NAME. Those of packages/trace/test/analyze/faults.ts,
// without simulated time.
import { scryptSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { region, spawn, task } from '@tsgotrace/exec'
import { event } from '@tsgotrace/runtime/gen1'

/** A fixed number can have it at a time. */
class Semaphore {
	#free
	#waiting = []
	constructor(places) {
		this.#free = places
	}
	async acquire() {
		if (this.#free-- <= 0) await new Promise(resolve => this.#waiting.push(resolve))
	}
	release() {
		this.#free++
		this.#waiting.shift()?.()
	}
}

/** Keeps the thread. */
function spin(ms) {
	let sum = 0
	for (const until = performance.now() + ms; performance.now() < until; )
		for (let i = 0; i < 1e4; i++) sum = (sum * 31 + i) | 0
	return sum
}

/** Begins so many, some milliseconds apart, and waits for all. */
async function arrivals(count, apart, fn) {
	const all = []
	for (let n = 0; n < count; n++) {
		all.push(fn(n))
		await sleep(apart)
	}
	return Promise.all(all)
}

/** A slice of the program's own events. */
function slices(name) {
	const declared = (id, params) =>
		event({
			[id]: 1,
			probes: null,
			id,
			params,
			hash: id.length.toString(16).padStart(16, '0'),
			source: 'src/shop.mjs',
			async: false,
		})
	const emit = ({ probes }, ...args) => probes?.forEach(probe => probe.fn(...args))
	const [begin, end] = [declared(`${name}Begin`, ['n: number']), declared(`${name}End`, ['n: number'])]
	return n => {
		emit(begin, n)
		return () => emit(end, n)
	}
}

async function serve(answer) {
	const server = createServer(answer)
	await once(server.listen(0, '127.0.0.1'), 'listening')
	const ask = path =>
		new Promise((resolve, reject) =>
			get({ port: server.address().port, path, agent: false }, response => response.resume().on('end', resolve)).on(
				'error',
				reject,
			),
		)
	return { server, ask }
}

const limited = (places, wait, hold, apart) => async () => {
	const lock = new Semaphore(places)
	await arrivals(60, apart, () =>
		task('POST /order', async () => {
			await sleep(2)
			await region(wait, () => lock.acquire())
			await region(hold, () => sleep(10))
			lock.release()
			await sleep(1)
		}),
	)
}

const turns = name => async () => {
	const lock = new Semaphore(1)
	await arrivals(60, 6, () =>
		task(name, async () => {
			await lock.acquire()
			await sleep(9)
			lock.release()
		}),
	)
}

const routes = ['GET /item', 'POST /login', 'GET /cart']
const turnsOfSeveral = (places, apart, ms) => async () => {
	const lock = new Semaphore(places)
	await arrivals(90, apart, () =>
		task(routes[Math.floor(Math.random() * 3)], async () => {
			await lock.acquire()
			await sleep(ms * (0.8 + Math.random() * 0.4))
			lock.release()
		}),
	)
}

const cases = {
	blockingCall: () =>
		arrivals(8, 20, () =>
			task('POST /login', async () => {
				for (const until = performance.now() + 35; performance.now() < until; )
					scryptSync('password', 'salt', 32, { N: 1024 })
			}),
		),
	blockingCode: () => arrivals(8, 20, () => task('GET /report', async () => spin(45))),
	starvation: async () => {
		// What starts the program is over, and has been read.
		await sleep(250)
		const until = performance.now() + 600
		const poll = () =>
			task('poll', async () => {
				while (performance.now() < until) {
					spin(0.2)
					await Promise.resolve()
				}
			})
		return Promise.all([poll(), poll()])
	},
	turns: turns('PUT /stock'),
	waitSite: turns('POST /order'),
	sharedPool: turnsOfSeveral(3, 1, 30),
	sharedLock: turnsOfSeveral(1, 6, 9),
	stuck: async () => {
		const [a, b] = [new Semaphore(1), new Semaphore(1)]
		const both = (name, [first, one], [second, other]) =>
			task(name, async () => {
				await region(`wait ${first}`, () => one.acquire())
				await region(`hold ${first}`, async () => {
					await sleep(3)
					await region(`wait ${second}`, () => other.acquire())
					await region(`hold ${second}`, () => sleep(2))
					other.release()
				})
				one.release()
			})
		for (let n = 0; n < 5; n++) await both('transfer', ['a', a], ['b', b])
		void both('transfer', ['a', a], ['b', b])
		void both('refund', ['b', b], ['a', a])
		await arrivals(20, 10, () => task('GET /', () => sleep(2)))
		// They could still be resumed.
		process.on('exit', () => [a, b])
	},
	lost: async () => {
		setFlagsFromString('--expose-gc')
		const collect = runInNewContext('gc')
		for (let n = 0; n < 5; n++) {
			spawn('notify', () => new Promise(() => {}))
			await sleep(10)
		}
		for (let n = 0; n < 20; n++) {
			collect()
			await sleep(5)
		}
	},
	leakUntilExit: async () => {
		const pending = []
		await arrivals(60, 10, () =>
			task('GET /', async () => {
				spawn('refresh', () => new Promise(resolve => pending.push(resolve)))
				await sleep(5)
			}),
		)
		process.on('exit', () => pending.length)
	},
	leakUntilKilled: async () => {
		const pending = []
		await arrivals(60, 10, () =>
			task('GET /', async () => {
				spawn('refresh', () => new Promise(resolve => pending.push(resolve)))
				await sleep(5)
			}),
		)
		// What is recorded is written every quarter of a second or so.
		await sleep(800)
		pending.length = 0
		process.kill(process.pid, 'SIGKILL')
	},
	leakOfSlices: async () => {
		const connection = slices('db:traceConnection')
		await arrivals(100, 8, async n => {
			const close = connection(n)
			await sleep(4)
			if (n % 3 !== 0) close()
		})
	},
	lock: limited(1, 'lock', 'update', 8),
	pool: limited(4, 'acquire', 'query', 1),
	workers: async () => {
		const [queued, work] = [slices('queue:traceQueued'), slices('queue:traceWork')]
		const free = new Semaphore(3)
		await arrivals(100, 2, async n => {
			const begin = queued(n)
			await free.acquire()
			begin()
			const end = work(n)
			await sleep(11)
			end()
			free.release()
		})
	},
	stall: () =>
		arrivals(30, 30, n =>
			task('GET /report', async () => {
				await sleep(70)
				await region('render', async () => spin(n % 3 === 0 ? 80 : 1))
			}),
		),
	stallUnwatched: () =>
		arrivals(30, 20, () =>
			task('GET /report', async () => {
				await sleep(40)
				await region('parse', async () => spin(40))
			}),
		),
	slowest: () =>
		arrivals(30, 15, () =>
			task('GET /home', () =>
				Promise.all(['menu', 'news', 'user', 'ads'].map(part => region(part, () => sleep(part === 'ads' ? 60 : 6)))),
			),
		),
	serial: () =>
		arrivals(30, 15, () =>
			task('GET /profile', async () => {
				for (const part of ['user', 'orders', 'reviews', 'friends']) await region(part, () => sleep(10))
			}),
		),
	calls: async () => {
		const { server, ask } = await serve((_, response) => setTimeout(() => response.end(), 1))
		await arrivals(8, 30, () =>
			task('GET /list', async () => {
				for (let n = 0; n < 25; n++) await ask('/item/1')
			}),
		)
		server.close()
	},
	queries: () =>
		arrivals(8, 30, () =>
			task('job', async () => {
				for (let n = 0; n < 25; n++) await region('query', () => sleep(2))
			}),
		),
	retries: async () => {
		let n = 0
		const { server, ask } = await serve((request, response) => {
			if (n++ % 4 === 3) response.end()
			else setTimeout(() => request.socket.destroy(), 4)
		})
		await arrivals(12, 40, () =>
			task('POST /pay', async () => {
				for (let attempt = 0; attempt < 6; attempt++) {
					try {
						return await ask('/pay')
					} catch {
						await sleep(1)
					}
				}
			}),
		)
		server.close()
	},
	garbage: async () => {
		const kept = []
		await arrivals(40, 5, () =>
			task('GET /search', async () => {
				kept.push(new Map(Array.from({ length: 20_000 }, (_, id) => [`item ${id}`, { id, tags: [id, id + 1] }])))
				if (kept.length > 8) kept.shift()
			}),
		)
	},
	loopDelay: async () => {
		for (let n = 0; n < 24; n++) {
			spin(90)
			await sleep(15)
		}
	},
	// Recorded where files have a maximum size, of which the first write is more.
	loss: () => Promise.all(Array.from({ length: 3000 }, () => task('GET /', () => sleep(3)))),
	longRun: () =>
		arrivals(10, 30, () =>
			task('GET /export', async () => {
				spin(80)
				await sleep(5)
			}),
		),
	crowding: () =>
		arrivals(100, 1, () =>
			task('GET /thumb', async () => {
				for (let n = 0; n < 3; n++) {
					await sleep(3)
					spin(3)
				}
			}),
		),
}

await cases[process.argv[2]]()
