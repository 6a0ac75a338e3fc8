import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import { imported as importedEvent } from '@tsgotrace/runtime/gen1'
import { DeadlockError, ExpectError, run, TraceNak } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { copyOf, pausable, sync } from './fixtures.js'
import { both, failedSearch, failureOf, searched } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const bye = sync<[who: string]>('traceBye')
const saved = pausable<[id: number]>('traceSaved')
const save = async (id: number): Promise<void> => {
	if (saved.signal) await saved.signal(id)
}

describe.each(both)('%s: attach', (_, execute) => {
	test('events that are not attached are not seen', async () => {
		expect(
			await execute(async t => {
				hi.signal('a')
				await save(1)
				t.attach(hi.event)
				hi.signal('b')
				await t.expect('default', hi.event, 'b')
			}),
		).toBeUndefined()
	})

	test('again is allowed, and delivers once', async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event, hi.event)
				t.attach(hi.event)
				hi.signal('a')
				await t.expect('default', hi.event, 'a')
			}),
		).toBeUndefined()
	})

	test('no probe is left', async () => {
		for (const fails of [false, true]) {
			await execute(async t => {
				t.attach(hi.event, saved.event)
				expect(hi.event.probes).not.toBeNull()
				expect(saved.signal).toBeDefined()
				if (fails) throw new Error('oh')
			})
			expect(hi.event.probes).toBeNull()
			expect(saved.event.probes).toBeNull()
			expect(saved.signal).toBeUndefined()
		}
	})

	test('an import means all copies', async () => {
		const one = sync<[n: number]>('traceCopy')
		const two = copyOf(one)
		const all = importedEvent<TraceEvent<[n: number]>>({ id: one.event.id, params: [], hash: '1', async: false })
		expect(
			await execute(async t => {
				t.attach(all)
				one.signal(1)
				two.signal(2)
				await t.expect('default', all, 1)
				await t.expect('default', all, 2)
			}),
		).toBeUndefined()
		expect(one.event.probes).toBeNull()
		expect(two.event.probes).toBeNull()
	})

	test('a copy and the import of it together deliver once', async () => {
		const one = pausable<[n: number]>('traceTogether')
		const all = importedEvent<AsyncTraceEvent<[n: number]>>({ id: one.event.id, params: [], hash: '1', async: true })
		for (const events of [
			[one.event, all],
			[all, one.event],
			[all, all],
		] as const) {
			expect(
				await execute(async t => {
					t.attach(...events)
					t.go('A', () => one.signal!(1))
					await t.expect('default', all, 1)
				}),
			).toBeUndefined()
		}
	})

	test('a stale import says so', async () => {
		const one = pausable<[n: number]>('traceStale')
		const stale = importedEvent<AsyncTraceEvent<[n: string]>>({
			id: one.event.id,
			params: ['n: string'],
			hash: '2',
			async: true,
		})
		const error = await execute(t => t.attach(stale))
		expect(error?.message).toMatch(
			/was imported as async \(n: string\) but the running copy has async \(\).*run "tsgotrace gen" again/,
		)
		expect(one.event.probes).toBeNull()
	})

	test.each(['sync', 'pausable'] as const)('an event that loads later: %s', async kind => {
		let made: { event: TraceEvent; signal: () => Promise<void> | void }[] = []
		let n = 0
		expect(
			await execute(async t => {
				const id = `later${kind}${n}:traceLater`
				const all = importedEvent<AsyncTraceEvent<[]>>({ id, params: [], hash: '1', async: kind === 'pausable' })
				// Executed many times: each loads a copy more.
				t.attach(all)
				const fixture = kind === 'sync' ? sync<[]>('traceLater', id) : pausable<[]>('traceLater', id)
				made.push({ event: fixture.event, signal: () => fixture.signal!() })
				t.go('A', () => made.at(-1)!.signal())
				await t.expect('default', all)
			}),
		).toBeUndefined()
		expect(made.length).toBeGreaterThan(0)
		for (const { event } of made) expect(event.probes).toBeNull()
		made = []
		n++
	})

	test('a stale copy that loads later fails the test, and not the module', async () => {
		const all = importedEvent<TraceEvent<[]>>({ id: `stale${made++}:traceLate`, params: [], hash: '1', async: false })
		const error = await execute(async t => {
			t.attach(all)
			sync('traceLate', all.id, '2')
			await t.recv('default')
		})
		expect(error?.message).toContain('but the running copy has')
	})

	test('what is not an event is refused with a hint', async () => {
		expect((await execute(t => t.attach(undefined as never)))?.message).toContain(
			'attach: undefined is not an event: pass its descriptor, such as traceHi_Event',
		)
		expect((await execute(t => t.attach(hi.signal as never)))?.message).toContain(
			'this is a function: the stub of one?',
		)
		expect((await execute(t => t.expect('default', {} as never)))?.message).toContain('expect: {} is not an event')
	})
})
let made = 0

describe.each(both)('%s: route', (_, execute) => {
	test("undefined, null and '': nobody, nobody and default", async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event)
				t.route((_event, who) => (who === 'a' ? null : who === 'b' ? undefined : who === 'c' ? '' : String(who)))
				for (const who of ['a', 'b', 'c', 'd']) hi.signal(who)
				await t.expect('default', hi.event, 'c')
				await t.expect('d', hi.event, 'd')
			}),
		).toBeUndefined()
	})

	test('the sender of a pausable event that the router drops continues', async () => {
		expect(
			await execute(async t => {
				t.attach(saved.event)
				t.route(() => null)
				await t.go('A', () => save(1))
			}),
		).toBeUndefined()
	})

	test('one that throws fails the test, and not the sender', async () => {
		let went = false
		const error = await execute(async t => {
			t.attach(saved.event)
			t.route(() => {
				throw new Error('router')
			})
			await t.go('A', async () => {
				await save(1)
				went = true
			})
		})
		expect(error?.message).toContain('router')
		expect(went).toBe(true)
	})

	test('one that returns something else', async () => {
		const error = await execute(t => {
			t.attach(hi.event)
			t.route((() => 5) as never)
			hi.signal('a')
		})
		expect(error?.message).toContain("route: the name of a stream, or null, is expected, not 5 for traceHi('a')")
	})

	test('a second one', async () => {
		const error = await execute(t => {
			t.route(() => 'a')
			t.route(() => 'b')
		})
		expect(error?.message).toContain('route: the test has a router already')
	})
})

describe.each(both)('%s: expect', (_, execute) => {
	test('in order, on each stream', async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event, bye.event)
				t.route((_event, who) => String(who).slice(0, 1))
				hi.signal('a1')
				hi.signal('b1')
				bye.signal('a2')
				const received = await t.expect('a', hi.event, 'a1')
				expect([received.stream, received.event, received.args, received.state]).toEqual([
					'a',
					hi.event,
					['a1'],
					undefined,
				])
				await t.expect('a', bye.event, 'a2')
				await t.expect('b', hi.event, 'b1')
			}),
		).toBeUndefined()
	})

	test('another event', async () => {
		const error = await execute(async t => {
			t.attach(hi.event, bye.event)
			bye.signal('a')
			await t.expect('default', hi.event, 'a')
		})
		expect(error).toBeInstanceOf(ExpectError)
		expect(error?.message).toContain(
			"default: expect: traceHi: got another event\n  want: traceHi('a')\n  have: traceBye('a')",
		)
		expect(error).not.toHaveProperty('actual')
	})

	test('other values', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.expect('default', hi.event, 'a')
		})
		expect(error).toMatchObject({ name: 'ExpectError', code: 'ERR_ASSERTION', actual: ['b'], expected: ['a'] })
		expect(error?.message).toContain(
			"default: expect: traceHi: unexpected value\n  want: traceHi('a')\n  have: traceHi('b')",
		)
	})

	test('values that cannot be compared', async () => {
		let refused: unknown
		const error = await execute(
			async t => {
				t.attach(saved.event)
				t.go('A', () => save(1).catch((nak: unknown) => void (refused = nak)))
				await t.expect('default', saved.event, 1)
			},
			{
				equal: () => {
					throw new Error('a getter')
				},
			},
		)
		expect(error?.message).toContain('a getter')
		expect(refused).toBeInstanceOf(TraceNak)
	})

	test('caught in the body, it fails the test all the same', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.expect('default', hi.event, 'a').catch(() => {})
		})
		expect(error).toBeInstanceOf(ExpectError)
	})

	test('in a task that catches it', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.go('A', () => t.expect('default', hi.event, 'a').catch(() => {}))
		})
		expect(error).toBeInstanceOf(ExpectError)
	})

	test('the first failure counts', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.expect('default', hi.event, 'a').catch(() => {})
			throw new Error('second')
		})
		expect(error).toBeInstanceOf(ExpectError)
		expect(error?.message).not.toContain('second')
	})

	test('whose await is missing', async () => {
		const error = await execute(t => {
			t.attach(hi.event)
			void t.expect('default', hi.event, 'a')
		})
		expect(error?.message).toContain(
			`default: recv: the test ended while a call waited for traceHi('a'): is an "await" missing?`,
		)
		expect(error?.stack).toMatch(/t\.test\.ts:/)
	})

	test('whose await is missing, and other values', async () => {
		const error = await execute(t => {
			t.attach(hi.event)
			void t.expect('default', hi.event, 'a')
			hi.signal('b')
		})
		expect(error?.message).toContain('unexpected value')
	})

	test('an event that the test does not listen to', async () => {
		const error = await execute(async t => {
			hi.signal('a')
			await t.expect('default', hi.event, 'a')
		})
		expect(error).toBeInstanceOf(DeadlockError)
		expect(error?.message).toContain('hint: the test does not listen to traceHi: t.attach(traceHi_Event)')
	})

	test('several that wait get events in the order in which they began', async () => {
		const order: string[] = []
		expect(
			await execute(async t => {
				order.length = 0
				t.attach(hi.event)
				const receive = async (name: string): Promise<void> => {
					const { args } = await t.recv('default')
					order.push(`${name}:${String(args[0])}`)
				}
				const all = [receive('1'), receive('2'), receive('3')]
				for (const who of ['a', 'b', 'c']) hi.signal(who)
				await Promise.all(all)
				expect(order).toEqual(['1:a', '2:b', '3:c'])
			}),
		).toBeUndefined()
	})

	test('in tasks', async () => {
		expect(
			await execute(async t => {
				t.attach(saved.event)
				t.route((_event, id) => `s${String(id)}`)
				await t.all(
					t.go('R1', () => t.expect('s1', saved.event, 1)),
					t.go('R2', () => t.expect('s2', saved.event, 2)),
					t.go('S', async () => {
						await save(2)
						await save(1)
					}),
				)
			}),
		).toBeUndefined()
	})

	test('the sender waits until then', async () => {
		const log: string[] = []
		expect(
			await execute(async t => {
				log.length = 0
				t.attach(saved.event)
				t.go('S', async () => {
					await save(1)
					log.push('went on')
				})
				await t.go('other', async () => {})
				expect(log).toEqual([])
				await t.expect('default', saved.event, 1)
			}),
		).toBeUndefined()
		expect(log).toEqual(['went on'])
	})

	test('an event that is left over at the end', async () => {
		let refused: unknown
		const error = await execute(t => {
			t.attach(hi.event, saved.event)
			t.route((_event, who) => (typeof who === 'string' ? who : null))
			hi.signal('a')
			hi.signal('b')
			t.go('quiet', () => save(1).catch((nak: unknown) => void (refused = nak)))
		})
		expect(error?.message).toMatch(
			/^the test ended, but there are events that it did not expect\n\ntest shutdown: #streams: 2, #\(pending events\): 2\n {2}a {2}<- traceHi\('a'\)\n {2}b {2}<- traceHi\('b'\)/,
		)
		expect(error?.message).not.toContain('not deterministic')
		expect(error?.stack).toMatch(/(?:t\.test|fixtures)\.ts:/)
		expect(refused).toBeUndefined()
	})

	test('after the end', async () => {
		let late: unknown
		let go: () => void = () => {}
		const ended = new Promise<void>(resolve => {
			go = resolve
		})
		let catcher: Promise<unknown> = Promise.resolve()
		await execute(t => {
			catcher = ended.then(() => t.recv('default')).catch((error: unknown) => void (late ??= error))
		})
		go()
		await catcher
		expect(late).toBeInstanceOf(TraceNak)
		expect((late as Error).message).toContain('the test is over')
	})
})

describe.each(both)('%s: recv and select', (_, execute) => {
	test('is narrows the type', async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event, saved.event)
				hi.signal('a')
				const received = await t.recv('default')
				expect(received.is(saved.event)).toBe(false)
				if (!received.is(hi.event)) return expect.unreachable()
				const who: string = received.args[0]
				expect(who).toBe('a')
			}),
		).toBeUndefined()
	})

	test('select takes the oldest, then whatever comes first', async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event)
				t.route((_event, who) => String(who))
				hi.signal('b')
				hi.signal('a')
				expect((await t.select('a', 'b', 'c')).stream).toBe('b')
				expect((await t.select('a', 'b', 'c')).stream).toBe('a')
				const next = t.select('a', 'b', 'c')
				hi.signal('c')
				expect((await next).stream).toBe('c')
			}),
		).toBeUndefined()
	})

	test('of what', async () => {
		expect((await execute(t => (t.select as () => Promise<unknown>)()))?.message).toContain('select: of which streams?')
		expect((await execute(t => t.recv(null as never)))?.message).toContain('recv: a name is expected, not null')
	})

	test('a deadlock names all streams', async () => {
		const error = await execute(t => t.select('a', 'b'))
		expect(error).toBeInstanceOf(DeadlockError)
		expect(error?.message).toContain('a or b: recv: deadlock waiting for any event  [proved')
	})
})

describe.each(both)('%s: snapshot', (_, execute) => {
	test('state at the event, whatever comes after it', async () => {
		let n = 0
		expect(
			await execute(async t => {
				n = 0
				t.attach(hi.event, saved.event)
				t.snapshot(hi.event, who => `${who}${n}`)
				t.snapshot(saved.event, id => id * 10 + n)
				n = 1
				hi.signal('a')
				n = 2
				expect((await t.expect('default', hi.event, 'a')).state).toBe('a1')
				t.go('S', async () => {
					n = 3
					await save(1)
					n = 4
				})
				expect((await t.expect('default', saved.event, 1)).state).toBe(13)
			}),
		).toBeUndefined()
	})

	test('before anything else runs', async () => {
		const log: string[] = []
		const error = await execute(async t => {
			log.length = 0
			t.attach(saved.event)
			t.snapshot(saved.event, () => log.push('snapshot'))
			t.go('S', async () => {
				void Promise.resolve().then(() => log.push('microtask'))
				await save(1)
			})
			await t.expect('default', saved.event, 1)
		})
		expect(error).toBeUndefined()
		expect(log).toContain('snapshot')
	})

	test('in place: before the next statement and any microtask', async () => {
		const log: string[] = []
		await run(async t => {
			t.attach(saved.event)
			t.snapshot(saved.event, () => log.push('snapshot'))
			t.go('S', async () => {
				void Promise.resolve().then(() => log.push('microtask'))
				const sent = save(1)
				log.push('statement')
				await sent
			})
			await t.expect('default', saved.event, 1)
		})
		expect(log).toEqual(['snapshot', 'statement', 'microtask'])
	})

	test('one that throws fails the test, and not the sender', async () => {
		let caught: unknown
		const error = await execute(t => {
			t.attach(hi.event)
			t.snapshot(hi.event, () => {
				throw new Error('in place')
			})
			try {
				hi.signal('a')
			} catch (thrown) {
				caught = thrown
			}
		})
		expect(error?.message).toContain('in place')
		expect(caught).toBeUndefined()
	})

	test('one that signals itself', async () => {
		expect(
			await execute(async t => {
				t.attach(hi.event, bye.event)
				t.snapshot(hi.event, who => bye.signal(`${who}!`))
				hi.signal('a')
				await t.expect('default', bye.event, 'a!')
				await t.expect('default', hi.event, 'a')
			}),
		).toBeUndefined()
	})

	test('a second one of the same event', async () => {
		const error = await execute(t => {
			t.snapshot(hi.event, () => 1)
			t.snapshot(hi.event, () => 2)
		})
		expect(error?.message).toContain('snapshot: traceHi has one already')
	})
})

test('a failure in a test inside of a test keeps what it says', async () => {
	const error = await failureOf(async t => {
		t.attach(hi.event)
		hi.signal('outer')
		await run(inner => {
			inner.attach(hi.event)
			hi.signal('inner')
			throw new Error('oh')
		})
	})
	expect(error.message).toMatch(/^oh\n\ntest shutdown.*\n.*'inner'[^]*\n\ntest shutdown.*\n.*'outer'/)
})

test('an inner test is not taken for a deadlock of the outer', async () => {
	let n = 0
	await run(async () => {
		await run(async t => {
			for (; n < 200; n++) await t.go(`${n}`, async () => {})
		})
		await searched(async t => {
			await t.go('A', () => save(1))
		})
	})
	expect(n).toBe(200)
})

test('verify inside of verify says that it would wait forever', async () => {
	const error = await failedSearch(async () => {
		await searched(() => {})
	})
	expect(error.message).toContain('verify must not be called in the body of another search')
})
