import { AsyncLocalStorage, executionAsyncId } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { events } from '@tsgotrace/runtime'
import { DeadlockError, explore, type RunOptions, run, TraceNak, verify } from '@tsgotrace/tracetest'
import { createTest } from '@tsgotrace/tracetest/vitest'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkSpelling } from '../src/verify-options.js'
import { pausable, sync } from './fixtures.js'
import { both, failureOf, noise, searched, turns } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const saved = pausable<[id: number]>('traceSaved')
const save = async (id: number): Promise<void> => {
	if (saved.signal) await saved.signal(id)
}

describe('options', () => {
	test.each([
		[{ time: 'fake' }, "option time is 'fake': 'real' or 'virtual' is expected"],
		[{ nak: 'throw' }, "option nak is 'throw': 'reject' or 'abandon' is expected"],
		[{ deadTime: -1 }, 'option deadTime is -1: milliseconds are expected'],
		[{ deadTime: '3s' }, "option deadTime is '3s': milliseconds are expected"],
		[{ deadTime: Number.NaN }, 'option deadTime is NaN'],
	])('%o', async (options, text) => {
		await expect(run(() => {}, options as never)).rejects.toThrow(text)
		await expect(verify(() => {}, options as never)).rejects.toThrow(text)
	})

	test.each([
		[{ settle: -1 }, 'option settle is -1'],
		[{ steps: 0 }, 'option steps is 0: a whole number of at least 1 is expected'],
		[{ delays: 1.5 }, 'option delays is 1.5'],
	])('of verify: %o', async (options, text) => {
		await expect(verify(() => {}, options)).rejects.toThrow(text)
	})

	test('that do not exist are refused: a misspelt bound would change the claim', async () => {
		await expect(run(() => {}, { deadtime: 1 } as object)).rejects.toThrow(
			"run: there is no option 'deadtime'; there are name, deadTime,",
		)
		await expect(verify(() => {}, { delay: 1 } as object)).rejects.toThrow(
			"verify: there is no option 'delay'; there are name, deadTime,",
		)
	})

	test.each([
		[{ delay: 1 }, "there is no option 'delay'; did you mean 'delays'?"],
		[{ deadtime: 1 }, "there is no option 'deadtime'; did you mean 'deadTime'?"],
		[{ rruns: 1 }, "there is no option 'rruns'; did you mean 'runs'?"],
		// Those of runners.
		[{ delays: 1, skip: true, only: true, todo: true, fails: true, retry: 1, repeats: 1, tags: [], meta: {} }, null],
		[{ concurrent: true, sequential: true, shuffle: true, concurrency: 1, plan: 1, expectFailure: true }, null],
	])('that are nearly ours are not taken for those of a runner: %o', (options, text) => {
		if (text === null) checkSpelling(options)
		else expect(() => checkSpelling(options)).toThrow(text)
		const defined = (): void => createTest({}, (() => {}) as never).verify('a', options as object, () => {})
		if (text !== null) expect(defined).toThrow(text)
	})

	test('the body is a function', async () => {
		await expect(run(Promise.resolve() as never)).rejects.toThrow(
			'run: a function is expected, not Promise: it has begun already',
		)
		await expect(verify(undefined as never)).rejects.toThrow('verify: a function is expected, not undefined')
	})

	test('from the environment', async () => {
		vi.stubEnv('TRACETEST_DEADTIME', 'soon')
		await expect(run(() => {})).rejects.toThrow("TRACETEST_DEADTIME must be a number from 0 on, not 'soon'")
		vi.unstubAllEnvs()
	})

	test('the time that vitest gives a search includes the dead time, wherever that is said', () => {
		const limits: number[] = []
		const base = (_name: string, { timeout }: { timeout: number }): void => void limits.push(timeout)
		const define = (options: RunOptions): void => createTest(options, base as never).verify('a', () => {})
		define({ deadTime: 70_000 })
		vi.stubEnv('TRACETEST_DEADTIME', '80000')
		define({})
		vi.unstubAllEnvs()
		expect(limits.map(limit => Math.floor(limit / 10_000))).toEqual([9, 10])
	})

	test('verbose prints events as they come', async () => {
		const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
		await run(
			async t => {
				t.attach(hi.event)
				hi.signal('a')
				await t.recv('default')
			},
			{ verbose: true },
		)
		expect(write.mock.calls.map(([text]) => text)).toEqual(["default  <- traceHi('a')\n"])
		write.mockRestore()
	})
})

describe.each(both)('%s: events from outside of the test', (_, execute) => {
	test('a connection that was opened before it', async () => {
		const connection = new EventEmitter()
		connection.on('data', (id: number) => {
			hi.signal(`${id}`)
			void save(id).then(() => connection.emit('saved'))
		})
		const outside = AsyncLocalStorage.snapshot()
		expect(
			await execute(async t => {
				t.attach(hi.event, saved.event)
				const answered = once(connection, 'saved')
				outside(() => connection.emit('data', 1))
				await t.expect('default', hi.event, '1')
				await t.expect('default', saved.event, 1)
				await answered
			}),
		).toBeUndefined()
	})

	test('go on after its end', async () => {
		const outside = AsyncLocalStorage.snapshot()
		const ended: unknown[] = []
		const loop = async (signals: number): Promise<void> => {
			for (let i = 0; i < signals; i++) {
				await save(i).catch((error: unknown) => ended.push(error))
				await turns(1)
			}
		}
		let all: Promise<void> = Promise.resolve()
		const heard = await noise(async () => {
			await execute(t => {
				t.attach(saved.event)
				t.route(() => null)
				all = Promise.all([all, outside(loop, 5)]).then(() => {})
			})
			await all
		})
		expect(heard).toEqual([])
		expect(ended.filter(error => !(error instanceof TraceNak))).toEqual([])
	})
})

describe('after a test', () => {
	test('an execution that goes on in the next one disturbs it in nothing', async () => {
		let executions = 0
		const gates: (() => void)[] = []
		const heard = await noise(async () => {
			const { failure } = await explore(
				async t => {
					executions++
					t.attach(hi.event, saved.event)
					// Those of earlier executions go on now.
					for (const open of gates.splice(0)) open()
					const gate = new Promise<void>(resolve => gates.push(resolve))
					void gate
						.then(async () => {
							hi.signal('late')
							await save(99).catch(() => {})
							t.go('late', () => {})
						})
						.catch(() => {})
					t.go('A', () => save(1))
					t.go('B', () => save(1))
					await t.expect('default', saved.event, 1)
					await t.expect('default', saved.event, 1)
				},
				{ progress: false },
			)
			expect(failure).toBeUndefined()
		})
		expect(executions).toBeGreaterThan(2)
		expect(heard).toEqual([])
	})

	test('probes, listeners and globals are as before', async () => {
		const globals = (): unknown[] =>
			['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'Date', 'performance', 'Promise'].map(name =>
				Reflect.get(globalThis, name),
			)
		const listeners = (): number[] =>
			['SIGINT', 'unhandledRejection', 'uncaughtException', 'exit'].map(name => process.listenerCount(name))
		const before = [globals(), listeners(), Reflect.get(process, 'nextTick'), Error.stackTraceLimit]
		for (const fails of [false, true]) {
			const body: Parameters<typeof run>[0] = async t => {
				t.attach(hi.event, saved.event)
				await t.go('A', async () => new Promise(resolve => setTimeout(resolve, 1)))
				if (fails) throw new Error('oh')
			}
			await run(body).catch(() => {})
			await searched(body)
		}
		expect([globals(), listeners(), Reflect.get(process, 'nextTick'), Error.stackTraceLimit]).toEqual(before)
		expect(events().filter(event => event.probes !== null)).toEqual([])
	})
})

test('several at once in one process, that listen to the same events', async () => {
	const one = (name: string): Promise<void> =>
		run(async t => {
			t.attach(hi.event, saved.event)
			t.go('S', async () => {
				for (let i = 0; i < 5; i++) {
					hi.signal(`${name}${i}`)
					await turns(1)
					await save(i)
				}
			})
			for (let i = 0; i < 5; i++) {
				await t.expect('default', hi.event, `${name}${i}`)
				await t.expect('default', saved.event, i)
			}
		})
	const failing = failureOf(async t => {
		t.attach(hi.event)
		hi.signal('mine')
		await turns(2)
	})
	await Promise.all([one('a'), one('b'), one('c')])
	expect((await failing).message).toMatch(/#streams: 1, #\(pending events\): 1\n {2}default {2}<- traceHi\('mine'\)$/)
	expect(hi.event.probes).toBeNull()
})

test('a run and a search at once', async () => {
	const [report] = await Promise.all([
		searched(async t => {
			await t.all(
				t.go('A', () => save(1)),
				t.go('B', () => save(2)),
			)
		}),
		run(async t => {
			t.attach(saved.event)
			for (let i = 0; i < 20; i++) {
				t.go(`S${i}`, () => save(i))
				await t.expect('default', saved.event, i)
			}
		}),
	])
	expect(report.failure).toBeUndefined()
	expect(report.claim).toMatch(/^exhaustive/)
})

describe('a search', () => {
	test('streams that differ between schedules fail, and so does the replay', async () => {
		const body: Parameters<typeof run>[0] = async t => {
			t.attach(hi.event)
			const order: string[] = []
			const one = async (name: string): Promise<void> => {
				await save(1)
				order.push(name)
			}
			await t.all(
				t.go('A', () => one('A')),
				t.go('B', () => one('B')),
			)
			t.route(() => order.join(''))
			hi.signal('x')
			await t.expect(order.join(''), hi.event, 'x')
		}
		const { failure } = await searched(body)
		expect(failure?.error.message).toMatch(
			/^streams differ between schedules\n\nin the first:\nAB: .*traceHi\n\nin this one:\nBA: /,
		)
		expect(failure?.replays).toBe(true)
		const replayed = await explore(body, { token: failure!.token, progress: false })
		expect(replayed.failure?.error.message).toMatch(/^streams differ between schedules/)
		expect(replayed.failure?.replays).toBe(true)
	})

	test('streams whose order the test leaves open do not differ', async () => {
		const { failure } = await searched(async t => {
			t.attach(hi.event, saved.event)
			t.route((_event, who) => (typeof who === 'string' ? 'any' : null))
			const one = async (name: string): Promise<void> => {
				await save(1)
				hi.signal(name)
			}
			const all = t.all(
				t.go('A', () => one('A')),
				t.go('B', () => one('B')),
			)
			await t.recv('any')
			await t.recv('any')
			await all
		})
		expect(failure).toBeUndefined()
	})

	test('a body that fails in every execution shows nothing of the others', async () => {
		const same = new Error('same')
		const heard = await noise(async () => {
			const { failure } = await searched(t => {
				t.attach(hi.event)
				hi.signal('left')
				t.go('A', () => save(1))
				throw same
			})
			expect(failure?.error).toBe(same)
			expect(same.message.match(/test shutdown/g)).toHaveLength(1)
		})
		expect(heard).toEqual([])
	})
})

describe('poisoned platforms', () => {
	const then: unknown = Reflect.get(Promise.prototype, 'then')
	afterEach(() => {
		vi.useRealTimers()
		Reflect.set(Promise.prototype, 'then', then)
	})

	const passes: Parameters<typeof run>[0] = async t => {
		t.attach(saved.event)
		t.route((_event, id) => `s${String(id)}`)
		t.go('A', () => save(1))
		t.go('B', () => save(2))
		await t.expect('s1', saved.event, 1)
		await t.expect('s2', saved.event, 2)
	}
	const stuck: Parameters<typeof run>[0] = async t => {
		t.attach(saved.event)
		await t.expect('default', saved.event, 1)
	}

	test.each<[string, () => void]>([
		['fake timers', () => vi.useFakeTimers()],
		[
			'fake timers of everything',
			() =>
				vi.useFakeTimers({
					toFake: ['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'Date', 'performance', 'hrtime'],
				}),
		],
		[
			'a Promise.prototype.then that counts',
			() =>
				Reflect.set(Promise.prototype, 'then', function (this: unknown, ...args: unknown[]) {
					executionAsyncId()
					return Reflect.apply(then as () => unknown, this, args as [])
				}),
		],
	])('%s, before and during', async (_, poison) => {
		for (const during of [false, true]) {
			for (const [, execute] of both) {
				if (!during) poison()
				const body =
					(then: typeof passes): typeof passes =>
					t => {
						if (during) poison()
						return then(t)
					}
				const passed = await execute(body(passes))
				const failed = await execute(body(stuck))
				vi.useRealTimers()
				Reflect.set(Promise.prototype, 'then', then)
				expect(passed).toBeUndefined()
				expect(failed).toBeInstanceOf(DeadlockError)
				expect((failed as DeadlockError).proved).toBe(true)
			}
		}
	})

	test('loaded while fake timers are installed', async () => {
		vi.useFakeTimers()
		vi.resetModules()
		const fresh = await import('@tsgotrace/tracetest')
		expect(fresh.run).not.toBe(run)
		const error = await fresh.run(stuck as never).catch((thrown: unknown) => thrown)
		expect(error).toMatchObject({ name: 'DeadlockError', proved: true })
		// Its clock goes on.
		const { originals } = await import('../src/platform/originals.js')
		const before = originals.now()
		await new Promise<void>(resolve => originals.setTimeout(resolve, 5))
		expect(originals.now()).toBeGreaterThan(before)
	})
})
