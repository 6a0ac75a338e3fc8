// Channels that are not received from, not sent to, or not closed.
import { task } from '@tsgotrace/exec'
import { type Patterns, tick } from './pattern.js'
import { Channel, Cond, Context, select } from './primitives.js'

const none = (): Promise<undefined> => Promise.resolve(undefined)

export const channels: Patterns = {
	'one that receives from several, and is cancelled after the first (cockroach10790)': {
		run: () => {
			const context = new Context()
			const replies = ['a', 'b'].map(name => ({ name, reply: new Channel<boolean>() }))
			for (const { name, reply } of replies) void task(name, async () => reply.send(true))
			void task('begin', async () => {
				for (const { reply } of replies) {
					await reply.receive()
					context.cancel()
					if ((await select(context.done.receive(), tick())) === undefined) return
				}
			})
		},
		lost: ['b'],
	},
	'rows that are not closed, whose end something waits for (cockroach13755)': {
		run: () => {
			const query = (): { readonly close: () => void } => {
				const context = new Context()
				void task('await done', async () => context.done.receive())
				return { close: () => context.cancel() }
			}
			void task('query', async () => void query())
		},
		lost: ['await done'],
	},
	'a check whether it stops that waits until it does (cockroach25456)': {
		run: () => {
			const quiesce = new Channel<void>()
			const isStopping = async (): Promise<boolean> => (await quiesce.receive()) === undefined
			void task('queue', async () => Promise.reject(new Error('inconsistent')).catch(isStopping))
		},
		lost: ['queue'],
	},
	'a consumer that fails at its start, and does not say so (cockroach35073)': {
		run: () => {
			const rows = new Channel<number>(2)
			void task('producer', async () => {
				for (let i = 0; i < 3; i++) await rows.send(i)
			})
			void task('outbox', async () => {
				throw new Error('no connection')
			}).catch(none)
			void task('last row', async () => {
				await tick()
				await rows.send(9)
			})
		},
		lost: ['producer', 'last row'],
	},
	'a cancellation that is sent to one that is full, before the one that is read (cockroach35931)': {
		run: () => {
			const [left, right] = [new Channel<number>(1), new Channel<number>(1)]
			void task('processor', async () => right.receive())
			void task('cancel', async () => {
				await left.send(0)
				for (const stream of [left, right]) await stream.send(-1)
			})
		},
		lost: ['processor', 'cancel'],
	},
	'a question to a loop that has stopped (etcd6857)': {
		run: () => {
			const [status, stop, done] = [new Channel<number>(), new Channel<number>(), new Channel<void>()]
			void task('run', async () => {
				await stop.receive()
				done.close()
			})
			void task('stop', async () => {
				await stop.send(0)
				await done.receive()
			})
			void task('status', async () => {
				await tick()
				await status.send(0)
			})
		},
		lost: ['status'],
	},
	'a stream whose close does not reach its reader (grpc1275)': {
		run: () => {
			const [received, done] = [new Channel<string>(), new Channel<void>()]
			void task('read', async () => {
				await received.receive()
				done.close()
			})
			void task('close', async () => done.receive())
		},
		lost: ['read', 'close'],
	},
	'a benchmark that returns while its workers report (grpc660)': {
		run: () => {
			const [stop, done] = [new Channel<boolean>(), new Channel<boolean>()]
			void task('worker', async () => {
				await tick()
				await done.send(true)
			})
			void task('stop', async () => stop.send(true))
			void task('loop', async () => stop.receive())
		},
		lost: ['worker'],
	},
	'a dial that fails, and leaves what it began (grpc862)': {
		run: () => {
			void task('dial', async () => {
				const context = new Context()
				void task('reconnect', async () => context.done.receive())
				throw new Error('refused')
			}).catch(none)
		},
		lost: ['reconnect'],
	},
	'statuses of epochs after the agent has ended (istio17860)': {
		run: () => {
			const statuses = new Channel<number>()
			const context = new Context()
			void task('agent', async () => {
				await select(context.done.receive(), tick())
			})
			for (let epoch = 0; epoch < 2; epoch++)
				void task(`epoch ${epoch}`, async () => {
					await tick()
					await tick()
					await statuses.send(epoch)
				})
			context.cancel()
		},
		lost: ['epoch 0', 'epoch 1'],
	},
	'a timer that was already read, and is read again to be reset (istio18454)': {
		run: () => {
			const [expired, resets, events] = [new Channel<number>(1), new Channel<number>(1), new Channel<number>(5)]
			void task('strategy', async () => {
				await expired.receive()
				await resets.receive()
				// It has expired, so there is something to be read: there was.
				await expired.receive()
			})
			void task('processor', async () => {
				await expired.send(1)
				for (let i = 0; i < 4; i++) await events.send(i)
				for (let i = 0; i < 4; i++) {
					await events.receive()
					await tick()
					await resets.send(i)
				}
			})
		},
		lost: ['strategy', 'processor'],
	},
	'an error that is reported where results are still to be read (kubernetes25331)': {
		run: () => {
			const [errors, results] = [new Channel<Error>(1), new Channel<number>()]
			const context = new Context()
			void task('run', async () => {
				await errors.receive()
				context.cancel()
				await results.send(1)
			})
			void task('stop', async () => {
				await errors.send(new Error('x'))
				context.cancel()
			})
		},
		lost: ['run'],
	},
	'first events of a watcher that are never read (kubernetes38669)': {
		run: () => {
			const [input, result] = [new Channel<number>(), new Channel<number>()]
			void task('process', async () => {
				for (const event of [1, 2]) await result.send(event)
				while ((await input.receive()) !== undefined);
				result.close()
			})
			void task('main', async () => input.close())
		},
		lost: ['process'],
	},
	'a poller that ends with a channel that is never closed (kubernetes70277)': {
		run: () => {
			const [ticks, done] = [new Channel<number>(), new Channel<void>()]
			void task('poll', async () => {
				for (let n = 0; ; n++) await select(ticks.send(n), done.receive())
			})
			void task('wait for', async () => {
				while ((await ticks.receive()) !== 3);
			})
		},
		lost: ['poll'],
	},
	'a signal while nothing waits yet, in two steps (kubernetes11298)': {
		run: () => {
			const notifier = new Cond()
			void task('notify', async () => notifier.signal())
			void task('service loop', async () => {
				await tick()
				const woken = new Channel<void>()
				void task('wait', async () => {
					await notifier.wait()
					woken.close()
				})
				await woken.receive()
			})
		},
		lost: ['wait', 'service loop'],
	},
	'a test that fails, and no longer reads what it watches (moby21233)': {
		run: () => {
			const [progress, running] = [new Channel<number>(), new Channel<void>()]
			void task('test', async () => {
				await progress.receive()
				throw new Error('an update is missing')
			}).catch(none)
			void task('transfer', async () => {
				for (let i = 0; i < 3; i++) await progress.send(i)
				running.close()
			})
			void task('watch', async () => running.receive())
		},
		lost: ['transfer', 'watch'],
	},
	'a probe that is stopped while it has a result (moby33781)': {
		run: () => {
			const [stop, result] = [new Channel<boolean>(), new Channel<number>()]
			void task('monitor', async () => {
				void task('probe', async () => {
					await tick()
					await result.send(0)
				})
				await stop.receive()
			})
			void task('stop', async () => stop.send(true))
		},
		lost: ['probe'],
	},
	'a removal that waits for an event that is stuck before it (moby27782)': {
		run: () => {
			const events = new Channel<string>()
			const removed = new Cond()
			void task('read events', async () => {
				await events.send('modified')
				removed.broadcast()
			})
			void task('follow', async () => {
				// It removes the file, and does not read any more.
				await removed.wait()
			})
		},
		lost: ['read events', 'follow'],
	},
	'a loop that closes what waits for the loop (syncthing5795)': {
		run: () => {
			const [inbox, stopped] = [new Channel<number>(), new Channel<void>()]
			const close = async (): Promise<unknown> => stopped.receive()
			void task('dispatcher', async () => {
				await inbox.receive()
				await close()
				stopped.close()
			})
			void task('start', async () => {
				await inbox.send(1)
				await stopped.receive()
			})
		},
		lost: ['dispatcher', 'start'],
	},
	'the first of several answers (NCastLeak)': {
		run: () => {
			const answers = new Channel<number>()
			for (let i = 0; i < 5; i++) void task(`ask ${i}`, async () => answers.send(i))
			void task('first', async () => answers.receive())
		},
		lost: ['ask 1', 'ask 2', 'ask 3', 'ask 4'],
	},
	'a return that is missing after an error (DoubleSend)': {
		run: () => {
			const send = async (channel: Channel<number | null>, error: Error | null): Promise<void> => {
				if (error !== null) await channel.send(null)
				await channel.send(1)
			}
			const cases = [
				{ name: 'no error', channel: new Channel<number | null>(), error: null },
				{ name: 'error', channel: new Channel<number | null>(), error: new Error('x') },
				{ name: 'error, and room', channel: new Channel<number | null>(1), error: new Error('x') },
			]
			for (const { name, channel, error } of cases) {
				void task(name, async () => send(channel, error))
				void task(`receive ${name}`, async () => channel.receive())
			}
		},
		lost: ['error'],
	},
	'a return before what was begun is received (EarlyReturn)': {
		run: () => {
			void task('main', async () => {
				const result = new Channel<number>()
				void task('work', async () => result.send(1))
				return Promise.reject(new Error('x')).catch(none)
			})
		},
		lost: ['work'],
	},
	'a context that is cancelled before the result (Timeout)': {
		run: () => {
			const context = new Context()
			context.cancel()
			for (let i = 0; i < 3; i++)
				void task(`caller ${i}`, async () => {
					const result = new Channel<number>()
					void task(`work ${i}`, async () => {
						await tick()
						await result.send(i)
					})
					await context.done.receive()
				})
		},
		lost: ['work 0', 'work 1', 'work 2'],
	},
}
