import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { bodyOf, controlled, explored, type Path } from './explore-model.js'

const numRuns = runs(16, 80)
const unlimited = { runs: 1e9 }
/** Different ones: a few are executed twice, as controls, which are not among the runs that are reported. */
const texts = (logs: readonly (readonly string[])[]): string[] => [...new Set(logs.map(log => log.join(' ')))].sort()
const within = (paths: readonly Path[], delays: number): Path[] => paths.filter(({ cost }) => cost <= delays)
const all = (n: number): string => (n === 1 ? 'the only schedule' : `all ${n} schedules`)

describe.each([
	{ name: 'in real time', how: {}, options: unlimited },
	{ name: 'in virtual time', how: { timers: true }, options: { ...unlimited, time: 'virtual' as const } },
])('$name', ({ how, options }) => {
	test('all schedules are executed, each once, and then that is claimed', async () => {
		let executed = 0
		await fc.assert(
			fc.asyncProperty(explored(400, how), async ({ program, paths }) => {
				const logs: string[][] = []
				const report = await controlled(bodyOf(program, logs), { ...options, delays: 1000, samples: 0 })
				executed += report.runs
				if (paths.some(({ stuck }) => stuck)) {
					expect(report.failure?.name).toBe('DeadlockError')
					expect(report.claim).not.toMatch(/exhaustive/)
				} else {
					expect(report.failure).toBe(undefined)
					expect(texts(logs)).toEqual(texts(paths.map(({ log }) => log)))
					expect(report.claim).toBe(`exhaustive: ${all(paths.length)}`)
					expect(report.runs).toBe(paths.length)
				}
			}),
			{ numRuns, seed: 7 },
		)
		expect(executed).toBeGreaterThan(10 * numRuns)
	})

	test('with a bound, exactly the schedules with as many delays are executed, and claimed', async () => {
		await fc.assert(
			fc.asyncProperty(explored(400, { ...how, gates: false }), fc.nat(4), async ({ program, paths }, delays) => {
				const logs: string[][] = []
				const report = await controlled(bodyOf(program, logs), { ...options, delays, samples: 0 })
				const expected = within(paths, delays)
				expect(texts(logs)).toEqual(texts(expected.map(({ log }) => log)))
				expect(report.runs).toBe(expected.length)
				expect(report.claim).toBe(
					expected.length === paths.length
						? `exhaustive: ${all(paths.length)}`
						: delays === 0
							? '1 schedule'
							: `all schedules with ≤ ${delays} delay${delays === 1 ? '' : 's'} (${expected.length})`,
				)
			}),
			{ numRuns, seed: 7 },
		)
	})

	test('a budget that ends the search ends the claim where the search got to', async () => {
		await fc.assert(
			fc.asyncProperty(
				explored(400, { ...how, gates: false }),
				fc.nat(4),
				fc.integer({ min: 1, max: 400 }),
				fc.constantFrom(0, 10, 1000),
				async ({ program, paths }, delays, runs, samples) => {
					const logs: string[][] = []
					const report = await controlled(bodyOf(program, logs), { ...options, delays, samples, runs })
					expect(report.runs).toBeLessThanOrEqual(runs)
					const all = new Set(logs.map(log => log.join(' ')))
					const executed = (bound: number): boolean => within(paths, bound).every(({ log }) => all.has(log.join(' ')))
					const [, bound, counted] = /^all schedules with ≤ (\d+) delays? \((\d+)\)/.exec(report.claim) ?? []
					const [, exhaustive] = /^exhaustive: all (\d+) schedule/.exec(report.claim) ?? []
					if (exhaustive !== undefined) {
						expect(executed(Number.POSITIVE_INFINITY)).toBe(true)
						expect(Number(exhaustive)).toBe(paths.length)
					} else if (bound !== undefined) {
						expect(executed(Number(bound))).toBe(true)
						expect(Number(counted)).toBe(within(paths, Number(bound)).length)
					} else expect(report.claim).toMatch(/^\d+ schedules?(?:, and sampled|$)/)
				},
			),
			{ numRuns, seed: 7 },
		)
	})
})
