import { AssertionError, deepStrictEqual } from 'node:assert'
import { runInNewContext } from 'node:vm'
import { ExpectError, explore, run } from '@tsgotrace/tracetest'
import { afterEach, describe, expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { both, failureOf } from './helpers.js'

const hi = sync<[who: string]>('traceHi')
const saved = pausable<[id: number]>('traceSaved')

/** Something is pending, so that something is added to whatever is thrown. */
const withPending = (thrown: unknown) => (t: Parameters<Parameters<typeof run>[0]>[0]) => {
	t.attach(hi.event)
	hi.signal('pending')
	throw thrown
}

describe.each(both)('%s: what a body throws', (name, execute) => {
	test.each([
		['a string', 'oh', 'thrown: '],
		['undefined', undefined, 'thrown: undefined'],
		['null', null, 'thrown: null'],
		['an object', { code: 5 }, 'thrown: { code: 5 }'],
		['an object without a prototype', Object.create(null), 'thrown: [Object: null prototype] {}'],
		['a symbol', Symbol('oh'), 'thrown: Symbol(oh)'],
		['an object whose toString throws', { toString: () => expect.unreachable() }, 'thrown: { toString:'],
	])('%s', async (_, thrown, text) => {
		const error = await execute(withPending(thrown))
		expect(error).toBeInstanceOf(Error)
		expect(error?.cause).toBe(thrown)
		expect(error?.message).toContain(text)
		expect(error?.message).toContain("default  <- traceHi('pending')")
	})

	test('an error stays what it is', async () => {
		class Mine extends Error {
			readonly code = 7
		}
		const mine = new Mine('oh')
		const error = await execute(withPending(mine))
		expect(error).toBe(mine)
		expect(mine.message).toMatch(/^oh\n\ntest shutdown: #streams: 1/)
		expect(mine.stack).toMatch(/errors\.test\.ts/)
	})

	test('a frozen error, and one that cannot be extended', async () => {
		for (const close of [Object.freeze, Object.preventExtensions, Object.seal]) {
			const closed = close(new RangeError('oh'))
			const error = await execute(withPending(closed))
			expect(error).not.toBe(closed)
			expect(error).toMatchObject({ name: 'RangeError', cause: closed })
			expect(error?.message).toMatch(/^oh\n\ntest shutdown/)
			expect(error?.stack).toMatch(/errors\.test\.ts/)
			expect(closed.message).toBe('oh')
		}
	})

	test('an error of another realm', async () => {
		const foreign = runInNewContext('new TypeError("oh")') as Error
		const error = await execute(withPending(foreign))
		expect(error).toBe(foreign)
		expect(error?.message).toMatch(/^oh\n\n/)
	})

	test('a DOMException', async () => {
		const error = await execute(withPending(new DOMException('stopped', 'AbortError')))
		expect(error).toBeInstanceOf(DOMException)
		expect(error?.name).toBe('AbortError')
		expect(error?.message).toMatch(/^stopped\n\n/)
	})

	test.each(['message', 'stack', 'name'])('whose %s is a getter that throws', async property => {
		const hostile = Object.defineProperty(new Error('oh'), property, {
			get: () => {
				throw new Error('got')
			},
		})
		const error = await execute(withPending(hostile))
		expect(error).toBeInstanceOf(Error)
		expect(error?.message).toContain('test shutdown')
	})

	test('whose stack is not a text', async () => {
		for (const stack of [5, null, undefined, [], {}]) {
			const error = await execute(withPending(Object.assign(new Error('oh'), { stack })), { frame: true })
			expect(error?.message).toMatch(/^oh\n\ntest shutdown/)
		}
	})

	test('a proxy whose traps throw', async () => {
		const trap = (): never => {
			throw new Error('trap')
		}
		const proxy = new Proxy(new Error('oh'), {
			get: trap,
			getPrototypeOf: trap,
			has: trap,
			getOwnPropertyDescriptor: trap,
			ownKeys: trap,
		})
		const error = await execute(withPending(proxy))
		expect(error?.message).toContain('test shutdown')
	})

	test('the same one again and again says each time what was left that time', async () => {
		const same = new Error('oh')
		for (const who of ['first', 'second']) {
			await execute(t => {
				t.attach(hi.event)
				hi.signal(who)
				throw same
			})
		}
		expect(same.message.match(/test shutdown/g)).toHaveLength(1)
		expect(same.message).toContain("'second'")
		expect(same.message).not.toContain("'first'")
		expect(same.message.match(/replay:/g) ?? []).toHaveLength(name === 'verify' ? 1 : 0)
	})

	test('an AssertionError keeps its difference', async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('pending')
			deepStrictEqual({ a: 1, b: 2 }, { a: 1, b: 3 })
		})
		expect(error).toBeInstanceOf(AssertionError)
		expect(error).toMatchObject({ actual: { b: 2 }, expected: { b: 3 }, code: 'ERR_ASSERTION' })
		expect(error?.message).toMatch(/[+-] {3}b: 2/)
		expect(error?.message).toContain('test shutdown')
	})

	test("vitest's keeps what vitest needs", async () => {
		const error = await execute(async t => {
			t.attach(hi.event)
			hi.signal('pending')
			expect({ a: 1 }).toEqual({ a: 2 })
		})
		expect(error).toMatchObject({ actual: { a: 1 }, expected: { a: 2 }, showDiff: true })
	})
})

describe('ExpectError', () => {
	test('values that cannot be shown, or not be compared by node:assert', async () => {
		const hostile = sync<[value: unknown]>('traceHostile')
		const trap = {
			get a() {
				throw new Error('got')
			},
		}
		const error = await failureOf(async t => {
			t.attach(hostile.event)
			hostile.signal(trap)
			await t.expect('default', hostile.event, 5)
		})
		expect(error).toBeInstanceOf(ExpectError)
		expect(error.message).toContain('traceHostile({ a: [Getter] })')
	})

	test('a promise is shown without the marks of async_hooks', async () => {
		const sent = sync<[value: unknown]>('traceSent')
		const error = await failureOf(async t => {
			t.attach(sent.event)
			sent.signal(Promise.resolve(1))
			await t.expect('default', sent.event, 5)
		})
		expect(error.message).toContain('have: traceSent(Promise)')
	})

	test('points at the call, wherever senders were', async () => {
		const error = await failureOf(
			async t => {
				t.attach(saved.event)
				t.go('S', () => saved.signal!(1).catch(() => {}))
				await t.expect('default', saved.event, 2)
			},
			{ frame: true },
		)
		expect(error.message).toMatch(/errors\.test\.ts:\d+:\n[^]*> \d+ \|.*t\.expect\('default', saved\.event, 2\)/)
		expect(error.message.match(/> \d+ \|/g)).toHaveLength(1)
	})

	test('the refusal points at the sender', async () => {
		let refusal: Error | undefined
		await failureOf(async t => {
			t.attach(saved.event)
			t.go('S', async () => {
				try {
					await saved.signal!(1)
				} catch (error) {
					refusal = error as Error
				}
			})
			await t.expect('default', saved.event, 2)
		})
		expect(refusal?.stack).toMatch(
			/^TraceNak: default: send: unexpected event value: traceSaved\(1\)\n.*errors\.test\.ts/,
		)
	})
})

describe('stacks as the program has them', () => {
	const { stackTraceLimit } = Error
	const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace')
	afterEach(() => {
		Error.stackTraceLimit = stackTraceLimit
		if (prepareStackTrace === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace
		else Reflect.set(Error, 'prepareStackTrace', prepareStackTrace)
	})

	test.each<[string, () => void]>([
		['stackTraceLimit = 0', () => (Error.stackTraceLimit = 0)],
		['stackTraceLimit = "many"', () => (Error.stackTraceLimit = 'many' as never)],
		['no stackTraceLimit', () => delete (Error as { stackTraceLimit?: number }).stackTraceLimit],
		['prepareStackTrace that returns the frames', () => (Error.prepareStackTrace = (_, frames) => frames)],
		['prepareStackTrace that returns nothing', () => (Error.prepareStackTrace = () => undefined)],
		[
			'prepareStackTrace that throws',
			() => {
				Error.prepareStackTrace = () => {
					throw new Error('prepare')
				}
			},
		],
	])('%s', async (_, poison) => {
		const body: Parameters<typeof run>[0] = async t => {
			poison()
			t.attach(hi.event, saved.event)
			t.go('S', () => saved.signal!(1))
			await t.expect('default', saved.event, 2)
		}
		const limit = (): unknown => Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.value
		const error = await run(body, { frame: true }).catch((thrown: unknown) => thrown as Error)
		const { failure } = await explore(body, { frame: true, progress: false })
		const left = limit()
		poison()
		expect(left).toBe(limit())
		Error.stackTraceLimit = stackTraceLimit
		expect((error as Error).message).toContain('default: expect: traceSaved: unexpected value')
		expect(failure?.error.message).toContain('default: expect: traceSaved: unexpected value')
	})

	test('places are found for all that', async () => {
		Error.stackTraceLimit = 0
		const short = await failureOf(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.expect('default', hi.event, 'a')
		})
		expect(short.stack).toMatch(/errors\.test\.ts:\d+/)
		Error.stackTraceLimit = 10
		Error.prepareStackTrace = (_, frames) => frames
		const framed = await failureOf(async t => {
			t.attach(hi.event)
			hi.signal('b')
			await t.expect('default', hi.event, 'a')
		})
		Error.prepareStackTrace = undefined as never
		expect(framed.stack).toMatch(/errors\.test\.ts:\d+/)
	})
})
