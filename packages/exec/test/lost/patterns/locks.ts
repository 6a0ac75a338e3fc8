// Locks that are never given back, or that are taken in the wrong order.
import { task } from '@tsgotrace/exec'
import { type Patterns, tick } from './pattern.js'
import { Channel, Mutex, RwMutex, WaitGroup } from './primitives.js'

export const locks: Patterns = {
	'one lock under two names, taken for reading by both while a writer waits (cockroach16167)': {
		run: () => {
			const config = new RwMutex()
			const condition = { lock: config }
			void task('execute', async () => {
				await condition.lock.rlock()
				await tick()
				await config.rlock()
			})
			void task('update', async () => {
				await config.lock()
				config.unlock()
			})
		},
		lost: ['execute', 'update'],
	},
	'a loop that is left with its lock, by who takes it next (cockroach584)': {
		run: () => {
			const gossip = { lock: new Mutex(), closed: true }
			void task('gossip', async () => {
				for (;;) {
					await gossip.lock.lock()
					if (gossip.closed) break
					gossip.lock.unlock()
				}
				await gossip.lock.lock()
			})
		},
		lost: ['gossip'],
	},
	'readers that print what they read, by a method that reads again (cockroach6181)': {
		run: () => {
			const cache = new RwMutex()
			const print = async (): Promise<void> => {
				await cache.rlock()
				cache.runlock()
			}
			void task('reader', async () => {
				await cache.rlock()
				await tick()
				await print()
				cache.runlock()
			})
			for (const name of ['insert a', 'insert b']) void task(name, async () => cache.lock())
		},
		lost: ['reader', 'insert a', 'insert b'],
	},
	'two of three locks in opposite orders (cockroach7504)': {
		run: () => {
			const [lease, names, table] = [new Mutex(), new Mutex(), new Mutex()]
			void task('acquire', async () => {
				await names.lock()
				await tick()
				await lease.lock()
			})
			void task('release', async () => {
				await table.lock()
				await lease.lock()
				await tick()
				await names.lock()
			})
		},
		lost: ['acquire', 'release'],
	},
	'an error path that locks again to close (cockroach9935)': {
		run: () => {
			const log = new Mutex()
			const exit = async (): Promise<void> => {
				await log.lock()
				log.unlock()
			}
			void task('write', async () => {
				await log.lock()
				await Promise.reject(new Error('cannot rotate')).catch(exit)
				log.unlock()
			})
		},
		lost: ['write'],
	},
	'a reader inside of the writer (etcd6708)': {
		run: () => {
			const client = new RwMutex()
			const leader = async (): Promise<void> => client.rlock()
			void task('sync', async () => {
				await client.lock()
				await leader()
				client.unlock()
			})
		},
		lost: ['sync'],
	},
	'a removal that was cancelled and keeps the lock (grpc3017)': {
		run: () => {
			const cache = new Mutex()
			const state = { cancelled: false }
			const done = new Channel<void>()
			void task('delete later', async () => {
				await tick()
				await cache.lock()
				// A return without unlock.
				if (state.cancelled) return
				cache.unlock()
			})
			void task('connections', async () => {
				for (let i = 0; i < 2; i++) {
					await cache.lock()
					state.cancelled = true
					cache.unlock()
					await tick()
					await tick()
				}
				done.close()
			})
			void task('main', async () => done.receive())
		},
		lost: ['connections', 'main'],
	},
	'a lock for each address, in a table with a lock (hugo3251)': {
		run: () => {
			const table = new RwMutex()
			const address = new Mutex()
			const group = new WaitGroup()
			group.add(2)
			const get = async (): Promise<void> => {
				await table.lock()
				await address.lock()
				table.unlock()
				await tick()
				// To give it back, it is looked for.
				await table.rlock()
				address.unlock()
				table.runlock()
				group.done()
			}
			void task('get a', get)
			void task('get b', get)
			void task('main', async () => group.wait())
		},
		lost: ['get a', 'get b', 'main'],
	},
	'an initialisation that needs what it initialises (hugo5379)': {
		run: () => {
			const page = { lock: new Mutex(), ready: false }
			const content = async (): Promise<void> => {
				await page.lock.lock()
				if (!page.ready) await summary()
				page.lock.unlock()
			}
			const summary = async (): Promise<void> => content()
			void task('render', content)
		},
		lost: ['render'],
	},
	'a cache and its watcher, each with the lock of the other (kubernetes13135)': {
		run: () => {
			const [cacher, watch] = [new Mutex(), new Mutex()]
			void task('start caching', async () => {
				await cacher.lock()
				await tick()
				await watch.lock()
				watch.unlock()
				cacher.unlock()
			})
			void task('add', async () => {
				await watch.lock()
				await tick()
				await cacher.lock()
				cacher.unlock()
				watch.unlock()
			})
		},
		lost: ['start caching', 'add'],
	},
	'two in opposite orders, and one more that needs the first (kubernetes30872)': {
		run: () => {
			const [informer, queue] = [new Mutex(), new Mutex()]
			void task('pop', async () => {
				await queue.lock()
				await tick()
				await informer.lock()
			})
			void task('is synced', async () => {
				await informer.lock()
				await tick()
				await queue.lock()
			})
			void task('stop', async () => {
				await tick()
				await informer.lock()
			})
		},
		lost: ['pop', 'is synced', 'stop'],
	},
	'a read lock in a method of who has it, and a writer in between (kubernetes62464)': {
		run: () => {
			const state = new RwMutex()
			const get = async (): Promise<void> => {
				await state.rlock()
				state.runlock()
			}
			const getOrDefault = async (): Promise<void> => {
				await state.rlock()
				await tick()
				await get()
				state.runlock()
			}
			void task('reconcile', getOrDefault)
			void task('remove', async () => {
				await get()
				await state.lock()
				state.unlock()
			})
		},
		lost: ['reconcile', 'remove'],
	},
	'a step of the start that locks what the start has locked (moby36114)': {
		run: () => {
			const machine = new Mutex()
			const removeDisks = async (): Promise<void> => {
				await machine.lock()
				machine.unlock()
			}
			void task('start', async () => {
				await machine.lock()
				await removeDisks()
				machine.unlock()
			})
		},
		lost: ['start'],
	},
	'a lock that is given back while waiting, and taken again (moby4951)': {
		run: () => {
			const [devices, device] = [new Mutex(), new Mutex()]
			void task('deactivate', async () => {
				await devices.lock()
				await device.lock()
				devices.unlock()
				await tick()
				await devices.lock()
			})
			void task('remove', async () => {
				await devices.lock()
				await device.lock()
			})
		},
		lost: ['deactivate', 'remove'],
	},
	'a loop that goes on without unlock (moby7559)': {
		run: () => {
			const table = new Mutex()
			void task('proxy', async () => {
				for (const fails of [true, false]) {
					await table.lock()
					if (fails) continue
					table.unlock()
				}
			})
		},
		lost: ['proxy'],
	},
	'a listener that reads what is being written (syncthing4829)': {
		run: () => {
			const mapping = new RwMutex()
			const listeners = [async (): Promise<void> => mapping.rlock()]
			void task('clear', async () => {
				await mapping.lock()
				for (const listener of listeners) await listener()
				mapping.unlock()
			})
		},
		lost: ['clear'],
	},
}
