import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { Executor } from '../src/explore/execute.js'
import { Search } from '../src/explore/explore.js'
import { type Deviation, delaysOf } from '../src/explore/schedule.js'
import { shrink } from '../src/explore/shrink.js'
import { settingsOf } from '../src/world/options.js'
import { bodyOf, deviationsOf, explored, type Path, point } from './explore-model.js'

const limits = { steps: 10_000, settle: 250, deadTime: 3000 }
/** Without the undisturbed execution: it may fail as well, and has no deviations. */
const controlled = {
	delays: 0,
	actions: 0,
	microtasks: 0,
	samples: 0,
	depth: 3,
	seed: 1,
	natural: 0,
	total: 1e9,
	runs: 1e9,
	ms: 1e9,
}

const numRuns = runs(60, 300)

type Log = readonly string[]

/** Whether of two things that both happen in a schedule the second comes first. */
const swapped = (log: Log, [a, b]: readonly [string, string]): boolean =>
	log.includes(a) && log.includes(b) && log.indexOf(b) < log.indexOf(a)

/** Two things of the default schedule, by numbers. */
function pairOf([first]: readonly Path[], [i, j]: readonly [number, number]): [string, string] {
	const { log } = first!
	const at = i % log.length
	return [log[at]!, log[at + 1 + (j % Math.max(1, log.length - at - 1))] ?? log[at]!]
}

test('what sampling has found is shrunk to the fewest delays that brute force finds', async () => {
	const seen = { sampled: 0, several: 0 }
	await fc.assert(
		fc.asyncProperty(
			explored(300, { gates: false }),
			fc.tuple(fc.nat(20), fc.nat(20)),
			fc.integer({ min: 1, max: 50 }),
			async ({ program, paths }, numbers, seed) => {
				const pair = pairOf(paths, numbers)
				const check = (log: Log): void => {
					if (swapped(log, pair)) throw new Error('swapped')
				}
				const fewest = Math.min(...paths.filter(({ log }) => swapped(log, pair)).map(({ cost }) => cost))
				const executor = new Executor(bodyOf(program, [], check), settingsOf({}), limits, ({ id }) => id === point.id)
				const bounds = { ...controlled, samples: 1000, seed }
				const search = new Search(executor, bounds)
				try {
					const found = await search.run()
					if (fewest === Number.POSITIVE_INFINITY) expect(found).toBe(undefined)
					else {
						const shrunk = await shrink(executor, found!, bounds, search)
						expect(shrunk.fewest).toBe(true)
						expect(delaysOf(shrunk.found.deviations)).toBe(fewest)
						expect((await executor.execute(shrunk.found.deviations)).failure?.message).toBe('swapped')
						if (search.progress.samples > 0) seen.sampled++
						if (fewest > 1) seen.several++
					}
				} finally {
					await executor.done()
				}
			},
		),
		{ numRuns, seed: 5 },
	)
	expect(seen.sampled).toBeGreaterThan(numRuns / 30)
	expect(seen.several).toBeGreaterThan(numRuns / 30)
})

test('a schedule that fails in another way is not what it is shrunk to', async () => {
	let mixed = 0
	await fc.assert(
		fc.asyncProperty(
			explored(300, { gates: false }),
			fc.tuple(fc.nat(20), fc.nat(20)),
			fc.tuple(fc.nat(20), fc.nat(20)),
			fc.nat(1000),
			async ({ program, paths }, one, two, chosen) => {
				const [first, second] = [pairOf(paths, one), pairOf(paths, two)]
				const failureOf = (log: Log): string | undefined =>
					swapped(log, first) ? 'the first mistake' : swapped(log, second) ? 'the second mistake' : undefined
				const failing = paths.filter(({ log }) => failureOf(log) !== undefined)
				fc.pre(failing.length > 0)
				const path = failing[chosen % failing.length]!
				const executor = new Executor(
					bodyOf(program, [], log => {
						const failure = failureOf(log)
						if (failure !== undefined) throw new Error(failure)
					}),
					settingsOf({}),
					limits,
					({ id }) => id === point.id,
				)
				try {
					// What a search is before it has looked at more than the default.
					const before = new Search(executor, controlled)
					if ((await before.run()) !== undefined) return
					const deviations: readonly Deviation[] = deviationsOf(path)
					const outcome = await executor.execute(deviations)
					expect(outcome.failure?.message).toBe(failureOf(path.log))
					const { found, fewest } = await shrink(
						executor,
						{ deviations, failure: outcome.failure!, outcome, passed: false },
						controlled,
						before,
					)
					expect(found.failure.message).toBe(failureOf(path.log))
					const again = await executor.execute(found.deviations)
					expect(again.failure?.message).toBe(failureOf(path.log))
					const cost = delaysOf(found.deviations)
					expect(cost).toBeLessThanOrEqual(path.cost)
					const costs = (other: (path: Path) => boolean): number[] =>
						failing.filter(other).map(({ cost: each }) => each)
					expect(fewest).toBe(true)
					expect(cost).toBe(Math.min(...costs(other => failureOf(other.log) === failureOf(path.log))))
					if (cost > Math.min(...costs(() => true))) mixed++
				} finally {
					await executor.done()
				}
			},
		),
		{ numRuns: numRuns / 2, seed: 5 },
	)
	expect(mixed).toBeGreaterThan(numRuns / 100)
})
