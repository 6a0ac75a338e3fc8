// Locks, groups and conditions together with channels: who could send or receive waits for what the other one has.
import { task } from '@tsgotrace/exec'
import { type Patterns, tick } from './pattern.js'
import { Channel, Cond, Mutex, RwMutex, select, WaitGroup } from './primitives.js'

export const mixed: Patterns = {
	'a stop that waits for tasks, which wait for the stop (cockroach1055)': {
		run: () => {
			const lock = new Mutex()
			const running = new WaitGroup()
			const stopped = new Channel<void>()
			void task('task', async () => {
				await lock.lock()
				running.add(1)
				lock.unlock()
				await stopped.receive()
				running.done()
			})
			void task('stop', async () => {
				await tick()
				await lock.lock()
				await running.wait()
				lock.unlock()
				stopped.close()
			})
			void task('late task', async () => {
				await tick()
				await tick()
				await lock.lock()
			})
		},
		lost: ['task', 'stop', 'late task'],
	},
	'a reader that stops before the writers for which the stop waits (cockroach1462)': {
		run: () => {
			const [events, stopping] = [new Channel<number>(), new Channel<number>()]
			const workers = new WaitGroup()
			workers.add(2)
			void task('process', async () => {
				await stopping.receive()
				workers.done()
			})
			void task('transport', async () => {
				await events.send(0)
				workers.done()
			})
			void task('stop', async () => {
				stopping.close()
				await workers.wait()
			})
		},
		lost: ['transport', 'stop'],
	},
	'a stop that holds the lock which the loop needs to end (etcd6873)': {
		run: () => {
			const [updates, done] = [new Channel<number>(), new Channel<void>()]
			const lock = new Mutex()
			void task('loop', async () => {
				for (let update = await updates.receive(); update !== undefined; update = await updates.receive()) {
					await tick()
					await lock.lock()
					lock.unlock()
				}
				done.close()
			})
			void task('update', async () => updates.send(1))
			void task('stop', async () => {
				await lock.lock()
				updates.close()
				await done.receive()
				lock.unlock()
			})
		},
		lost: ['loop', 'stop'],
	},
	'tokens that are added with a lock, and deleted by who takes them (etcd7492)': {
		run: () => {
			const lock = new Mutex()
			const added = new Channel<number>()
			void task('keeper', async () => {
				await added.receive()
				// A timer was faster.
				await tick()
				await lock.lock()
			})
			void task('assign', async () => {
				for (let i = 0; i < 2; i++) {
					await lock.lock()
					await added.send(i)
					lock.unlock()
				}
			})
		},
		lost: ['keeper', 'assign'],
	},
	'a follower that waits with the lock for a leader that needs it (etcd7902)': {
		run: () => {
			const lock = new Mutex()
			const next = new Channel<void>()
			const rounds = new WaitGroup()
			rounds.add(2)
			void task('follower', async () => {
				await lock.lock()
				await next.receive()
				lock.unlock()
				rounds.done()
			})
			void task('leader', async () => {
				await tick()
				await lock.lock()
				next.close()
				lock.unlock()
				rounds.done()
			})
			void task('main', async () => rounds.wait())
		},
		lost: ['follower', 'leader', 'main'],
	},
	'a keeper that sleeps with the lock of who would wake it (grpc1460)': {
		run: () => {
			const lock = new Mutex()
			const awake = new Channel<void>()
			void task('keep alive', async () => {
				await lock.lock()
				await awake.receive()
				lock.unlock()
			})
			void task('new stream', async () => {
				await lock.lock()
				await awake.send()
				lock.unlock()
			})
		},
		lost: ['keep alive', 'new stream'],
	},
	'a handler that reports with a lock, which is taken before the report is read (istio16224)': {
		run: () => {
			const [events, done, stop] = [new Channel<number>(), new Channel<boolean>(), new Channel<void>()]
			const lock = new Mutex()
			void task('monitor', async () => {
				while ((await select(stop.receive(), events.receive())) !== undefined) {
					await lock.lock()
					await done.send(true)
					lock.unlock()
				}
			})
			void task('main', async () => {
				await events.send(0)
				await tick()
				await lock.lock()
				lock.unlock()
				await done.receive()
				stop.close()
			})
		},
		lost: ['monitor', 'main'],
	},
	'a status that is sent with the lock which its reader takes first (kubernetes10182)': {
		run: () => {
			const lock = new Mutex()
			const statuses = new Channel<number>()
			const set = async (): Promise<void> => {
				await lock.lock()
				await statuses.send(1)
				lock.unlock()
			}
			void task('sync', async () => {
				await statuses.receive()
				await tick()
				await lock.lock()
				await statuses.receive()
			})
			void task('set once', set)
			void task('set again', set)
		},
		lost: ['sync', 'set again'],
	},
	'a close that needs the lock of a sender (kubernetes1321)': {
		run: () => {
			const lock = new Mutex()
			const result = new Channel<boolean>()
			void task('distribute', async () => {
				await lock.lock()
				await result.send(true)
				lock.unlock()
			})
			void task('stop watching', async () => {
				await lock.lock()
				result.close()
				lock.unlock()
			})
		},
		lost: ['distribute', 'stop watching'],
	},
	'a listener that waits with its lock for the end, which waits for the lock (kubernetes26980)': {
		run: () => {
			const lock = new Mutex()
			const [stop, result] = [new Channel<void>(), new Channel<void>()]
			void task('pop', async () => {
				await lock.lock()
				await stop.receive()
				lock.unlock()
			})
			void task('check', async () => {
				await lock.lock()
				result.close()
			})
			void task('main', async () => {
				await result.receive()
				lock.unlock()
				stop.close()
			})
		},
		lost: ['pop', 'check', 'main'],
	},
	'a condition that is waited for with a read lock, and a writer (kubernetes58107)': {
		run: () => {
			const workers = new RwMutex()
			const [first, second] = [new Cond(), new Cond()]
			const work = async (queue: Cond): Promise<void> => {
				await workers.rlock()
				await queue.wait()
				workers.runlock()
			}
			void task('queue 1', async () => work(first))
			void task('sync', async () => {
				await tick()
				await workers.lock()
			})
			void task('queue 2', async () => {
				await tick()
				await tick()
				await work(second)
			})
		},
		lost: ['queue 1', 'sync', 'queue 2'],
	},
	'a full channel that is written with the lock of who closes it (kubernetes6632)': {
		run: () => {
			const lock = new Mutex()
			const [reset, close] = [new Channel<number>(1), new Channel<boolean>()]
			void task('write frame', async () => {
				await reset.send(0)
				await lock.lock()
				await reset.send(1)
				lock.unlock()
			})
			void task('monitor', async () => {
				await close.receive()
				await lock.lock()
				reset.close()
			})
			void task('connection', async () => {
				await tick()
				await close.send(true)
			})
		},
		lost: ['write frame', 'monitor'],
	},
	'a place that is taken by who waits for a lock, until the other one had its turn (serving2137)': {
		run: () => {
			const places = new Channel<number>(1)
			const requests = ['first', 'second'].map(name => ({ name, lock: new Mutex(), accepted: new Channel<boolean>() }))
			for (const { name, lock, accepted } of requests)
				void task(name, async () => {
					await tick()
					await places.send(1)
					await lock.lock()
					await accepted.send(true)
					await places.receive()
				})
			void task('main', async () => {
				for (const { lock } of requests) await lock.lock()
				requests[1]!.lock.unlock()
				await requests[1]!.accepted.receive()
				requests[0]!.lock.unlock()
			})
		},
		lost: ['first', 'second', 'main'],
	},
}
