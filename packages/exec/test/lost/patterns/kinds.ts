// Kinds of leaks, of which several projects had one.
import { task } from '@tsgotrace/exec'
import { kept, type Patterns, tick } from './pattern.js'
import { Channel, Cond, Context, Mutex, RwMutex, select, WaitGroup } from './primitives.js'

export const kinds: Patterns = {
	'a result that is not received after a time-out (kubernetes5316)': {
		run: () => {
			const results = new Channel<number>()
			void task('worker', async () => {
				await new Promise(resolve => setTimeout(resolve, 3))
				await results.send(1)
			})
			void task('caller', async () => new Context(1).done.receive())
		},
		lost: ['worker'],
	},
	'a send on a channel without a receiver (grpc1424)': {
		run: () => {
			const errors = new Channel<Error>()
			void task('send', async () => errors.send(new Error('stopped')))
		},
		lost: ['send'],
	},
	'a receiver of a channel that is never closed (NoCloseRange)': {
		run: () => {
			const jobs = new Channel<number>()
			void task('worker', async () => {
				for (let job = await jobs.receive(); job !== undefined; job = await jobs.receive());
			})
			void task('producer', async () => {
				for (let i = 0; i < 3; i++) await jobs.send(i)
			})
		},
		lost: ['worker'],
	},
	'a producer whose consumer gave up at the first error (cockroach18101)': {
		run: () => {
			const rows = new Channel<number>()
			void task('producer', async () => {
				for (let i = 0; i < 5; i++) await rows.send(i)
				rows.close()
			})
			void task('consumer', async () => {
				await rows.receive()
				throw new Error('bad row')
			}).catch(() => {})
		},
		lost: ['producer'],
	},
	'a buffered channel that is too small': {
		run: () => {
			const done = new Channel<number>(1)
			for (const name of ['a', 'b', 'c']) void task(name, async () => done.send(1))
		},
		lost: ['b', 'c'],
	},
	'a lock that is taken twice by one (etcd10492)': {
		run: () => {
			const lock = new Mutex()
			void task('outer', async () => {
				await lock.lock()
				await task('inner', async () => lock.lock())
			})
		},
		lost: ['inner', 'outer'],
	},
	'a lock that an early return keeps (moby17176)': {
		run: () => {
			const lock = new Mutex()
			const step = async (fails: boolean): Promise<void> => {
				await lock.lock()
				if (fails) return
				lock.unlock()
			}
			void task('first', async () => step(true))
			void task('second', async () => step(false))
		},
		lost: ['second'],
	},
	'a lock that an exception keeps (grpc795)': {
		run: () => {
			const lock = new Mutex()
			void task('throws', async () => {
				await lock.lock()
				throw new Error('in between')
			}).catch(() => {})
			for (const name of ['b', 'c']) void task(name, async () => lock.lock())
		},
		lost: ['b', 'c'],
	},
	'two locks in opposite orders (cockroach10214)': {
		run: () => {
			const [a, b] = [new Mutex(), new Mutex()]
			const both = async (first: Mutex, second: Mutex): Promise<void> => {
				await first.lock()
				await tick()
				await second.lock()
			}
			void task('ab', async () => both(a, b))
			void task('ba', async () => both(b, a))
		},
		lost: ['ab', 'ba'],
	},
	'three locks in a circle': {
		run: () => {
			const locks = [new Mutex(), new Mutex(), new Mutex()]
			for (let i = 0; i < 3; i++)
				void task(`t${i}`, async () => {
					await locks[i]!.lock()
					await tick()
					await locks[(i + 1) % 3]!.lock()
				})
		},
		lost: ['t0', 't1', 't2'],
	},
	'a read lock taken again while a writer waits (cockroach3710)': {
		run: () => {
			const lock = new RwMutex()
			void task('reader', async () => {
				await lock.rlock()
				await tick()
				await lock.rlock()
			})
			void task('writer', async () => lock.lock())
		},
		lost: ['reader', 'writer'],
	},
	'a read lock that is never given back (etcd5509)': {
		run: () => {
			const lock = new RwMutex()
			void task('reader', async () => lock.rlock())
			void task('writer', async () => lock.lock())
			void task('next', async () => lock.rlock())
		},
		lost: ['writer', 'next'],
	},
	'a lock that is held while waiting for who needs it (moby28462)': {
		run: () => {
			const lock = new Mutex()
			const updates = new Channel<number>()
			void task('holder', async () => {
				await lock.lock()
				await tick()
				await updates.send(1)
				lock.unlock()
			})
			void task('receiver', async () => {
				await lock.lock()
				await updates.receive()
			})
		},
		lost: ['holder', 'receiver'],
	},
	'a group that counts one too many': {
		run: () => {
			const group = new WaitGroup()
			group.add(3)
			for (let i = 0; i < 2; i++)
				void task(`worker ${i}`, async () => {
					await tick()
					group.done()
				})
			void task('waiter', async () => group.wait())
		},
		lost: ['waiter'],
	},
	'a group that is waited for in the loop that fills it (moby25384)': {
		run: () => {
			void task('all', async () => {
				const group = new WaitGroup()
				group.add(2)
				for (let i = 0; i < 2; i++) {
					void task(`part ${i}`, async () => {
						await tick()
						group.done()
					})
					await group.wait()
				}
			})
		},
		lost: ['all'],
	},
	'a signal that comes before the wait (moby30408)': {
		run: () => {
			const ready = new Cond()
			ready.signal()
			void task('waiter', async () => ready.wait())
		},
		lost: ['waiter'],
	},
	'a signal where all had to be woken': {
		run: () => {
			const ready = new Cond()
			for (const name of ['a', 'b', 'c']) void task(name, async () => ready.wait())
			ready.signal()
		},
		lost: ['b', 'c'],
	},
	'a context that is never cancelled (cockroach13197)': {
		run: () => {
			const context = new Context()
			void task('watch', async () => context.done.receive())
		},
		lost: ['watch'],
	},
	'a select none of whose cases can come (MethodContractViolation)': {
		run: () => {
			const [stop, events] = [new Channel<number>(), new Channel<number>()]
			void task('loop', async () => {
				for (;;) await select(stop.receive(), events.receive())
			})
			void events.send(1)
		},
		lost: ['loop'],
	},
	'two that send to each other first (cockroach2448)': {
		run: () => {
			const [a, b] = [new Channel<number>(), new Channel<number>()]
			void task('a', async () => {
				await b.send(1)
				await a.receive()
			})
			void task('b', async () => {
				await a.send(1)
				await b.receive()
			})
		},
		lost: ['a', 'b'],
	},
	'a pipeline whose end stopped': {
		run: () => {
			const stages = [new Channel<number>(), new Channel<number>(), new Channel<number>()]
			for (let i = 0; i < 2; i++)
				void task(`stage ${i}`, async () => {
					for (;;) await stages[i + 1]!.send((await stages[i]!.receive()) ?? 0)
				})
			void task('source', async () => {
				for (let i = 0; i < 9; i++) await stages[0]!.send(i)
			})
			void task('sink', async () => void (await stages[2]!.receive()))
		},
		lost: ['stage 0', 'stage 1', 'source'],
	},
	'a reply that an error path forgets': {
		run: () => {
			const requests = new Channel<{ readonly ok: boolean; readonly reply: (text: string) => void }>()
			void task('server', async () => {
				for (let i = 0; i < 2; i++) {
					const request = await requests.receive()
					if (request?.ok === true) request.reply('yes')
				}
			})
			for (const ok of [true, false])
				void task(`client ${ok}`, async () => {
					let reply: (text: string) => void = () => {}
					const answer = new Promise<string>(resolve => (reply = resolve))
					await requests.send({ ok, reply })
					return answer
				})
		},
		lost: ['client false'],
	},
	'a callback that a library never calls': {
		run: () => {
			const library = { closed: true, get: (then: (value: number) => void) => (library.closed ? undefined : then(1)) }
			void task('get', async () => new Promise<number>(resolve => library.get(resolve)))
		},
		lost: ['get'],
	},
	'a retry that waits for a permit that it has itself (cockroach24808)': {
		run: () => {
			const permits = new Channel<number>(1)
			const attempt = async (left: number): Promise<void> => {
				await permits.send(1)
				if (left > 0) await attempt(left - 1)
				await permits.receive()
			}
			void task('attempt', async () => attempt(1))
		},
		lost: ['attempt'],
	},
	'a stop that waits for a loop, and the loop for the stop': {
		run: () => {
			const [stop, stopped] = [new Channel<number>(), new Channel<number>()]
			const lock = new Mutex()
			void task('loop', async () => {
				await lock.lock()
				await stop.receive()
				await lock.lock()
				stopped.close()
			})
			void task('stop', async () => {
				await tick()
				await stop.send(1)
				await stopped.receive()
			})
		},
		lost: ['loop', 'stop'],
	},
	'a listener of an emitter that has gone': {
		run: () => {
			const target = new EventTarget()
			void task('once', async () => new Promise(resolve => target.addEventListener('ready', resolve, { once: true })))
		},
		lost: ['once'],
	},
	'one of several that is waited for with all': {
		run: () => {
			void task('all', async () => Promise.all([tick(), new Promise(() => {}), tick()]))
			void task('settled', async () => Promise.allSettled([tick(), new Promise(() => {})]))
		},
		lost: ['all', 'settled'],
	},
	'an iterator that is left half way': {
		run: () => {
			async function* rows(): AsyncGenerator<number> {
				yield 1
				await new Promise(() => {})
			}
			void task('read', async () => {
				for await (const row of rows()) void row
			})
		},
		lost: ['read'],
	},
	'a lock that a module keeps: stuck, since whoever has the module may unlock it': {
		run: () => {
			const lock = new Mutex()
			kept.push(lock)
			void task('first', async () => lock.lock())
			void task('second', async () => lock.lock())
		},
		lost: [],
		stuck: ['second'],
	},
	'a channel in a table that is never emptied: stuck': {
		run: () => {
			const pending = new Map<number, (value: number) => void>()
			kept.push(pending)
			void task('request', async () => new Promise<number>(resolve => pending.set(1, resolve)))
		},
		lost: [],
		stuck: ['request'],
	},
	'a timer that is far away: not lost, it comes': {
		run: () => {
			void task('patient', async () => new Promise(resolve => void kept.push(setTimeout(resolve, 1_000_000).unref())))
		},
		lost: [],
		stuck: ['patient'],
	},
}
