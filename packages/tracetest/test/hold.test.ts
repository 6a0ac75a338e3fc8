import { DeadlockError, ExpectError, TraceNak } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { both, turns } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const saved = pausable<[id: number]>('traceSaved')
const save = async (id: number): Promise<void> => {
	if (saved.signal) await saved.signal(id)
}

describe.each(both)('%s', (_, execute) => {
	test('the sender stays paused until ack, while others go on', async () => {
		const log: string[] = []
		expect(
			await execute(async t => {
				log.length = 0
				t.attach(saved.event)
				t.route((_event, id) => `s${String(id)}`)
				t.snapshot(saved.event, id => id * 2)
				const sender = t.go('S', async () => {
					await save(1)
					log.push('went on')
				})
				const held = await t.hold('s1', saved.event, 1)
				expect([held.stream, held.args, held.state]).toEqual(['s1', [1], 2])
				t.go('other', () => save(2))
				await t.expect('s2', saved.event, 2)
				await turns()
				expect(log).toEqual([])
				held.ack()
				held.ack()
				held.nak('too late')
				await sender
			}),
		).toBeUndefined()
		expect(log).toEqual(['went on'])
	})

	test('nak: the await of the sender throws, and its finally blocks run', async () => {
		const log: unknown[] = []
		expect(
			await execute(async t => {
				log.length = 0
				t.attach(saved.event)
				const sender = t.go('S', async () => {
					try {
						await save(1)
						log.push('went on')
					} finally {
						log.push('finally')
					}
				})
				const held = await t.hold('default', saved.event, 1)
				held.nak('not now')
				held.ack()
				const error = await sender.catch((thrown: unknown) => thrown)
				expect(error).toBeInstanceOf(TraceNak)
				expect((error as Error).message).toBe('default: send: not now: traceSaved(1)')
			}),
		).toBeUndefined()
		expect(log).toEqual(['finally'])
	})

	test('a task that ends by a nak, and that no code waits for, does not fail the test', async () => {
		expect(
			await execute(async t => {
				t.attach(saved.event)
				t.go('S', () => save(1))
				const held = await t.hold('default', saved.event, 1)
				held.nak('not now')
			}),
		).toBeUndefined()
	})

	test('abandon: the sender never continues', async () => {
		const log: unknown[] = []
		const error = await execute(
			async t => {
				log.length = 0
				t.attach(saved.event)
				t.go('S', () => save(1).finally(() => log.push('went on')))
				await t.expect('default', saved.event, 2)
			},
			{ nak: 'abandon' },
		)
		await turns()
		expect(error).toBeInstanceOf(ExpectError)
		expect(log).toEqual([])
	})

	test('abandon: nor does one that signals after the end', async () => {
		const log: unknown[] = []
		let release: () => void = () => {}
		const error = await execute(
			t => {
				const gate = new Promise<void>(resolve => {
					release = resolve
				})
				t.attach(saved.event)
				t.go('S', async () => {
					await gate
					await save(1)
					log.push('went on')
				})
				release()
				throw new Error('stop')
			},
			{ nak: 'abandon' },
		)
		await turns()
		expect(error?.message).toMatch(/^stop/)
		// In `run` no probe is attached any more by then.
		expect(log.length).toBeLessThanOrEqual(1)
	})

	test('using acknowledges at the end of the block, also when it throws', async () => {
		const log: string[] = []
		const error = await execute(async t => {
			log.length = 0
			t.attach(saved.event)
			const sender = t.go('S', async () => {
				await save(1)
				log.push('one')
				await save(2)
				log.push('two')
			})
			{
				using held = await t.hold('default', saved.event, 1)
				expect(held.args).toEqual([1])
				await turns(1)
				expect(log).toEqual([])
			}
			try {
				using held = await t.hold('default', saved.event, 2)
				throw new RangeError(String(held.args))
			} catch (thrown) {
				expect(thrown).toBeInstanceOf(RangeError)
			}
			await sender
		})
		expect(error).toBeUndefined()
		expect(log).toEqual(['one', 'two'])
	})

	test('held at the end', async () => {
		let refused: unknown
		const error = await execute(async t => {
			refused = undefined
			t.attach(saved.event)
			t.go('S', () =>
				save(1).catch((nak: unknown) => {
					refused = nak
				}),
			)
			await t.hold('default', saved.event, 1)
		})
		// The sender waits for the test, which is over.
		expect(error).toBeInstanceOf(DeadlockError)
		expect(error?.message).toMatch(/\n {2}S {2}waits until the test acknowledges traceSaved\(1\), which it holds/)
		expect(error?.message).toContain('  default  <- traceSaved(1)  (held)')
		expect(refused).toBeInstanceOf(TraceNak)
	})

	test('held, and signalled by code that the test does not wait for', async () => {
		const error = await execute(async t => {
			t.attach(saved.event)
			void save(1).catch(() => {})
			await t.hold('default', saved.event, 1)
		})
		expect(error?.message).toMatch(/^the test holds an event at its end/)
		expect(error?.stack).toMatch(/hold\.test\.ts/)
	})

	test('another event is refused', async () => {
		let refused: unknown
		const error = await execute(async t => {
			refused = undefined
			t.attach(saved.event)
			t.go('S', () =>
				save(1).catch((nak: unknown) => {
					refused = nak
				}),
			)
			await t.hold('default', saved.event, 2)
		})
		expect(error).toMatchObject({ actual: [1], expected: [2] })
		expect((refused as Error).message).toBe('default: send: unexpected event value: traceSaved(1)')
	})

	test('a failure while one is held ends it', async () => {
		let refused: unknown
		const error = await execute(async t => {
			refused = undefined
			t.attach(saved.event)
			t.go('S', () =>
				save(1).catch((nak: unknown) => {
					refused = nak
				}),
			)
			const held = await t.hold('default', saved.event, 1)
			await t.expect('other', saved.event, 1).catch(() => {})
			held.ack()
		})
		expect(error).toBeInstanceOf(DeadlockError)
		expect((refused as Error).message).toBe('default: send: deadlock: traceSaved(1)')
	})

	test('an event that cannot pause', async () => {
		const error = await execute(t => t.hold('default', hi.event as never, 'a'))
		expect(error?.message).toContain(
			'hold: traceHi cannot pause its sender: declare it as //trace:event async traceHi(…)',
		)
	})
})
