import { createTest, test } from '@tsgotrace/tracetest/vitest'
import { test as base, describe, expect, vi } from 'vitest'
import { hello } from '../src/hello/hello.js'
import { hi } from '../src/hi.js'
import { traceHi_Event } from '../src/ztrace.js'
import { deadlock, twoThreadsOK } from './programs.js'
import { hello_traceHello_Event } from './ztrace_test.js'

test('what vitest gives is there too', ({ t, task, expect: own, onTestFinished }) => {
	onTestFinished(() => {})
	own(task.name).toBe('what vitest gives is there too')
	expect(typeof t.go).toBe('function')
})
test.skip('skipped', () => expect.unreachable())
test.skip.verify('skipped, explored', () => expect.unreachable())
test.skipIf(true)('skipped by a condition', () => expect.unreachable())
test.todo('to be done')
test.fails('a deadlock is expected', ({ t }) => deadlock(t))
test.fails.verify('a deadlock is expected, explored', ({ t }) => deadlock(t))
test.for(['A', 'B'])('for %s', async (who, { t }) => {
	t.attach(traceHi_Event)
	t.go('sender', () => hi(who))
	await t.expect('default', traceHi_Event, who)
})
test.each([1, 2])('each %i', n => expect(n).toBeGreaterThan(0))
test('retried', { retry: 1 }, async ({ t, task }) => {
	t.attach(traceHi_Event)
	t.go('sender', () => hi(`attempt ${task.result?.retryCount ?? 0}`))
	await t.expect('default', traceHi_Event, 'attempt 1')
})

test.verify.for([
	['A', 'B'],
	['A', 'C'],
])('explored for %s and %s', { samples: 0 }, async ([a, b], { t, task }) => {
	await t.all(
		t.go(a, () => hi(a)),
		t.go(b, () => hi(b)),
	)
	expect(task.name).toBe(`explored for ${a} and ${b}`)
})
test.verify.each([
	[1, 'A'],
	[2, 'B'],
] as const)('explored each %i', async ({ t }, n, who) => {
	await t.go(who, () => hi(who))
	expect(n).toBe(who === 'A' ? 1 : 2)
})
test.verify.each(['A'])('explored each %s, which is not an array', ({ t }, who) => t.go(who, () => hi(who)))
test.verify('explored with options of vitest', { skip: true }, () => expect.unreachable())
test.verify('explored, and expected to fail', { fails: true, samples: 0 }, ({ t }) => deadlock(t))
test.verify(
	'explored, for longer than it may',
	{ timeout: 50, fails: true, runs: 1 },
	() => new Promise(resolve => setTimeout(resolve, 500)),
)
test.verify.for([])('of nothing', () => expect.unreachable())

describe('fixtures', () => {
	const closed: string[] = []
	const own = base.extend<{ user: string; door: { open: boolean } }>({
		user: 'T1·A',
		door: async ({ user }, use) => {
			await use({ open: true })
			closed.push(user)
		},
	})
	const extended = createTest({}, own)
	extended('of a test that was extended before', async ({ t, user, door }) => {
		t.attach(traceHi_Event)
		t.go('sender', () => hi(user))
		await t.expect('default', traceHi_Event, user)
		expect(door.open).toBe(true)
	})
	extended.verify('explored', { samples: 0 }, async ({ t, user, door }) => {
		t.go('A', () => hi(user))
		await t.all(t.go('B', () => hi(user)))
		expect(door.open).toBe(true)
	})
	extended.verify.each([['T1·B']])('explored each', async ({ t, user, door }, other) => {
		await t.all(
			t.go('A', () => hi(user)),
			t.go('B', () => hi(other)),
		)
		expect(door.open).toBe(true)
	})
	extended.verify.for(['T1·B'])('explored for', async (other, { t, user, door }) => {
		await t.all(
			t.go('A', () => hi(user)),
			t.go('B', () => hi(other)),
		)
		expect(door.open).toBe(true)
	})
	test.extend('number', 3)('of a test that is extended', ({ t, number }) => {
		expect([typeof t.go, number]).toEqual(['function', 3])
	})
	test('are torn down', () => expect(closed).toEqual(['T1·A', 'T1·A', 'T1·A', 'T1·A']))
})

describe('concurrent tests that listen to the same events get their own', () => {
	test.concurrent.for([1, 2, 3, 4, 5])('number %i', async (n, { t, expect: own }) => {
		t.attach(traceHi_Event, hello_traceHello_Event)
		const sent = t.go('sender', async () => {
			for (let i = 0; i < 5; i++) {
				await hi(`${n}·${i}`)
				await new Promise(resolve => setTimeout(resolve, n))
			}
			await hello('bye')
		})
		for (let i = 0; i < 5; i++) own((await t.recv('default')).args).toEqual([`${n}·${i}`])
		await t.expect('default', hello_traceHello_Event, 'bye')
		await sent
	})
})

describe('time', () => {
	test('of fake timers', async ({ t, onTestFinished }) => {
		vi.useFakeTimers()
		onTestFinished(() => void vi.useRealTimers())
		t.attach(traceHi_Event)
		t.go('sleeper', async () => {
			await new Promise(resolve => setTimeout(resolve, 60_000))
			await hi('late')
		})
		const late = t.expect('default', traceHi_Event, 'late')
		await vi.advanceTimersByTimeAsync(60_000)
		await late
	})
	const virtual = createTest({ time: 'virtual' })
	virtual('that is virtual', async ({ t }) => {
		t.attach(traceHi_Event)
		t.go('sleeper', async () => {
			await new Promise(resolve => setTimeout(resolve, 60_000))
			await hi('late')
		})
		await t.expect('default', traceHi_Event, 'late')
	})
	test('that is too short', { timeout: 60, fails: true }, async ({ t }) => {
		await t.go('never', () => new Promise(() => setInterval(() => {}, 1000).unref()))
	})
})

test.verify('explored', ({ t }) => twoThreadsOK(t))
test.verify('explored with options', { delays: 1, samples: 0, timeout: 4000 }, ({ t }) => twoThreadsOK(t))
