import { attachProbe, lock, type Probe, ProbeGroup, setup, unlock } from '@tsgotrace/runtime'
import { describe, expect, test } from 'vitest'
import { node } from './child.js'
import { hello, nextTurn, reports } from './fixtures.js'

function failing(error: unknown): () => never {
	return () => {
		throw error
	}
}

/** Values that are dangerous to touch, or even to print. */
const hostile: Record<string, () => unknown> = {
	undefined: () => undefined,
	null: () => null,
	'a symbol': () => Symbol('s'),
	'a bigint': () => 1n,
	'a string': () => 'oops',
	'an object without prototype': () => ({ __proto__: null }),
	'a revoked proxy': revoked,
	'a proxy that throws': () =>
		new Proxy(
			{},
			{ get: failing('get'), getPrototypeOf: failing('prototype'), ownKeys: failing('keys'), has: failing('has') },
		),
	'an object whose toString throws': () => ({
		toString: failing('toString'),
		[Symbol.toPrimitive]: failing('toPrimitive'),
	}),
	'an error whose message and stack throw': () =>
		Object.create(Error.prototype, { message: { get: failing('message') }, stack: { get: failing('stack') } }),
}

function revoked(): object {
	const { proxy, revoke } = Proxy.revocable({}, {})
	revoke()
	return proxy
}

test.each([1, 2, 3, 4, 5, 6])('of six probes, number %i throws: all are called, the signaller goes on', async nth => {
	const { attach, traceHello } = hello()
	const log: number[] = []
	setup(() => {
		for (let i = 1; i <= 6; i++) {
			attach(null, () => {
				log.push(i)
				if (i === nth) throw new Error('oops')
			})
		}
	})
	const seen = await reports(() => {
		expect(traceHello('JP')).toBe(undefined)
		log.push(0)
	})
	expect(log).toEqual([1, 2, 3, 4, 5, 6, 0])
	expect(seen).toHaveLength(1)
})

test('what a probe throws is reported with the event and the place of attachment, and is the cause', async () => {
	const { event, attach, traceHello } = hello()
	function attachesIt(): void {
		setup(() => attach(null, failing(error)))
	}
	const error = new Error('oops')
	attachesIt()
	const seen = await reports(() => traceHello('JP'))
	expect(seen).toHaveLength(1)
	expect(seen[0]).toBeInstanceOf(Error)
	expect(seen[0]!.message).toMatch(
		/threw; the probe was attached under the lock taken at attachesIt \(.*errors\.test\.ts:\d+:\d+\)$/,
	)
	expect(seen[0]!.message.startsWith(`a probe of ${event.id} threw;`)).toBe(true)
	expect(seen[0]!.cause).toBe(error)
})

test('nothing is reported before the code that signals has ended its turn', async () => {
	const { attach, traceHello } = hello()
	setup(() => attach(null, failing('oops')))
	const order: string[] = []
	const before = process.listeners('uncaughtException')
	process.removeAllListeners('uncaughtException')
	process.on('uncaughtException', () => order.push('reported'))
	traceHello('JP')
	order.push('went on')
	await nextTurn()
	process.removeAllListeners('uncaughtException')
	for (const listener of before) process.on('uncaughtException', listener)
	expect(order).toEqual(['went on', 'reported'])
})

test('each throw is reported', async () => {
	const { attach, traceHello } = hello()
	setup(() => {
		attach(null, failing(1))
		attach(null, failing(2))
	})
	const seen = await reports(() => {
		traceHello('JP')
		traceHello('Kirr')
	})
	expect(seen.map(error => error.cause)).toEqual([1, 2, 1, 2])
})

describe('onError of a group', () => {
	test('gets the error and the probe, and nothing is reported', async () => {
		const { attach, traceHello } = hello()
		const got: unknown[][] = []
		const group = new ProbeGroup({ onError: (...args) => got.push(args) })
		const error = new Error('oops')
		const log: string[] = []
		const [probe] = setup(() => [attach(group, failing(error)), attach(group, () => log.push('next'))])
		const seen = await reports(() => traceHello('JP'))
		expect(got).toEqual([[error, probe]])
		expect(got[0]![1]).toBe(probe)
		expect(log).toEqual(['next'])
		expect(seen).toEqual([])
	})

	test('gets nothing of probes that are not of the group', async () => {
		const { attach, traceHello } = hello()
		const got: unknown[] = []
		const group = new ProbeGroup({ onError: error => got.push(error) })
		const [, moved] = setup(() => [
			attach(null, failing(1)),
			attach(group, failing(2)),
			attach(new ProbeGroup(), failing(3)),
		])
		const seen = await reports(() => traceHello('JP'))
		expect(got).toEqual([2])
		expect(seen.map(error => error.cause)).toEqual([1, 3])
		setup(() => new ProbeGroup().add(moved))
		expect((await reports(() => traceHello('JP'))).map(error => error.cause)).toEqual([1, 2, 3])
	})

	test('gets what a probe throws after it has detached itself', async () => {
		const { attach, traceHello } = hello()
		const got: unknown[] = []
		const group = new ProbeGroup({ onError: error => got.push(error) })
		const probe: Probe = setup(() =>
			attach(group, () => {
				setup(() => probe.detach())
				throw new Error('oops')
			}),
		)
		setup(() =>
			attach(group, () => {
				group.done()
				throw new Error('again')
			}),
		)
		const seen = await reports(() => traceHello('JP'))
		expect(got).toEqual([new Error('oops'), new Error('again')])
		expect(seen).toEqual([])
	})

	test('may detach the probe', async () => {
		const { event, attach, traceHello } = hello()
		const group = new ProbeGroup({ onError: (_, probe) => setup(() => probe.detach()) })
		let calls = 0
		setup(() =>
			attach(group, () => {
				calls++
				throw new Error('oops')
			}),
		)
		const seen = await reports(() => {
			traceHello('JP')
			traceHello('JP')
		})
		expect([calls, event.probes, seen]).toEqual([1, null, []])
	})

	test('that throws is reported in its turn', async () => {
		const { event, attach, traceHello } = hello()
		const second = new Error('onError failed too')
		const log: string[] = []
		setup(() => {
			attach(new ProbeGroup({ onError: failing(second) }), failing('first'))
			attach(null, () => log.push('next'))
		})
		const seen = await reports(() => traceHello('JP'))
		expect(seen).toHaveLength(1)
		expect(seen[0]!.message).toContain(`a probe of ${event.id} threw`)
		expect(seen[0]!.cause).toBe(second)
		expect(log).toEqual(['next'])
	})
})

test.each(Object.keys(hostile))('a probe that throws %s disturbs nothing', async name => {
	const value = hostile[name]!()
	const { event, attach, traceHello } = hello()
	const log: string[] = []
	setup(() => {
		attach(null, failing(value))
		attach(null, () => log.push('next'))
	})
	const seen = await reports(() => traceHello('JP'))
	expect(log).toEqual(['next'])
	expect(seen.length).toBe(1)
	expect(seen[0]!.message).toContain(`a probe of ${event.id} threw`)
	expect(Object.is(seen[0]!.cause, value)).toBe(true)
})

test('a lock that a probe forgot is not taken for its error', async () => {
	const { attach, traceHello } = hello()
	setup(() => attach(null, () => lock()))
	const seen = await reports(() => {
		traceHello('JP')
		traceHello('JP')
		unlock()
	})
	expect(seen).toHaveLength(1)
	expect((seen[0]!.cause as Error).message).toContain('lock: the tracing lock is already taken')
})

test('a sync event ignores a promise that its probe returns', async () => {
	const { event, traceHello } = hello()
	let waited = false
	setup(() =>
		attachProbe(null, event, async () => {
			await nextTurn()
			waited = true
		}),
	)
	expect(traceHello('JP')).toBe(undefined)
	expect(waited).toBe(false)
	await nextTurn()
	await nextTurn()
	expect(waited).toBe(true)
})

describe('a process in which a probe throws', () => {
	const script = (body: string): string => `
		import { setup } from '@tsgotrace/runtime'
		import { traceHello, traceHello_Attach } from './test/child/ztrace.mjs'
		function attachesIt() {
			setup(() => traceHello_Attach(null, () => { ${body} }))
		}
		attachesIt()
		traceHello('JP')
		console.log('went on')
		setTimeout(() => console.log('too late'), 1000)
	`

	test('dies as of an uncaught error; the message names the event and the place of attachment', async () => {
		const { code, stdout, stderr } = await node(script(`throw new Error('oops')`))
		expect(code).toBe(1)
		expect(stdout).toBe('went on\n')
		expect(stderr).toContain(
			'Error: a probe of hello:traceHello threw; the probe was attached under the lock taken at attachesIt (',
		)
		expect(stderr).toContain('Error: oops')
	})

	test('may handle it as an uncaught error', async () => {
		const { code, stdout, stderr } = await node(`
			process.on('uncaughtException', error => {
				console.log(error.message.split(';')[0], error.cause.message)
				process.exit(7)
			})
			${script(`throw new Error('oops')`)}
		`)
		expect(stderr).toBe('')
		expect(stdout).toBe('went on\na probe of hello:traceHello threw oops\n')
		expect(code).toBe(7)
	})

	test.each([
		['a revoked proxy', `const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy`],
		[
			'an object whose toString throws',
			`throw { toString() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 } }`,
		],
		['a symbol', `throw Symbol('s')`],
		['null', `throw null`],
	])('dies with the same message if that is %s', async (_, body) => {
		const { code, stdout, stderr } = await node(script(body))
		expect(code).toBe(1)
		expect(stdout).toBe('went on\n')
		expect(stderr).toContain('Error: a probe of hello:traceHello threw; the probe was attached')
	})
})
