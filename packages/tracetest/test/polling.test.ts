import { explore, type T } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { pausable } from './fixtures.js'

const step = pausable<[string]>('step')
const options = { points: [step.event], progress: false, budget: 20_000, name: 'polling' }

describe('a task that polls', () => {
	test('lets the task go on that it waits for, and mistakes behind that are found', async () => {
		const body = (broken: boolean) => async (t: T) => {
			let ready = false
			let n = 0
			const add = async (): Promise<void> => {
				const read = n
				await step.signal?.('write')
				n = read + 1
			}
			const poll = t.go('poll', async () => {
				while (!ready) await step.signal?.('look')
				await add()
			})
			const set = t.go('set', async () => {
				await step.signal?.('set')
				ready = true
				if (broken) await add()
				else n++
			})
			await t.all(poll, set)
			if (n !== 2) throw new Error(`lost update: ${n}`)
		}
		const found = await explore(body(true), { ...options, runs: 100 })
		expect(found.failure?.error.message).toMatch(/^lost update: 1/)
		expect(found.failure?.replays).toBe(true)
		expect((await explore(body(false), { ...options, runs: 100 })).failure).toBe(undefined)
	})

	test('lets time pass', async () => {
		const report = await explore(
			async () => {
				let ready = false
				setTimeout(() => {
					ready = true
				}, 60_000)
				while (!ready) await step.signal?.('look')
			},
			{ ...options, time: 'virtual', runs: 20 },
		)
		expect(report.failure).toBe(undefined)
	})

	test('for what never comes is a livelock, at its own line', async () => {
		const report = await explore(
			async () => {
				for (;;) await step.signal?.('look')
			},
			{ ...options, steps: 1000 },
		)
		expect(report.failure?.error.message).toMatch(/^no end after 1,000 decisions: a livelock\?/)
		expect(report.failure?.error.stack).toMatch(/polling\.test\.ts/)
		expect(report.failure?.error.stack).not.toMatch(/controller/)
	})
})
