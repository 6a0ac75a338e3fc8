// In the undisturbed order one task is held at a choice point while the others go on: these may poll until it has done
// something.
import { explore, type T } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { pausable } from './fixtures.js'

const step = pausable<[]>('traceHeldStep')
const options = { points: [step.event], progress: false, runs: 60, budget: 60_000 }

/** No promise: to await it takes a microtask. */
const nothing = null as unknown as Promise<void>

const polls: Readonly<Record<string, () => Promise<void>>> = {
	microtasks: () => nothing,
	'promises that are settled': () => Promise.resolve(),
	ticks: () => new Promise(resolve => process.nextTick(resolve)),
	'timers of 0 ms': () => new Promise(resolve => setTimeout(resolve, 0)),
	immediates: () => new Promise(resolve => setImmediate(resolve)),
}

/** One task polls for what the other one does behind a choice point. */
const body =
	(poll: () => Promise<void>, broken: boolean) =>
	async (t: T): Promise<void> => {
		let ready = false
		let seen = 0
		const set = t.go('set', async () => {
			if (step.signal) await step.signal()
			ready = true
			// A task that polls continues in between, if it has polled before.
			if (step.signal) await step.signal()
			seen++
		})
		const look = t.go('look', async () => {
			while (!ready) await poll()
			if (broken && seen === 0) throw new Error('it looked too early')
		})
		await t.all(set, look)
	}

describe.each(Object.entries(polls))('polling by %s', (_name, poll) => {
	test('ends', async () => {
		const { failure, runs } = await explore(body(poll, false), options)
		expect(failure).toBe(undefined)
		expect(runs).toBeGreaterThan(5)
	})

	test('finds what is wrong behind it', async () => {
		const { failure } = await explore(body(poll, true), options)
		expect(failure?.error.message).toMatch(/^it looked too early/)
		expect(failure?.replays).toBe(true)
	})
})
