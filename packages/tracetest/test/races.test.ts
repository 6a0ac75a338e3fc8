// Each mistake is found within so many schedules: the numbers are exact, because searches are seeded.
import { explore, type Report } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { type Around, aba, abortGrant, doubleInit, lockOrder, lostUpdate, points, pool, staleCache } from './races.js'

type Make = typeof lostUpdate

interface Race {
	readonly name: string
	readonly make: Make
	readonly around?: Around
	/** Of the search. */
	readonly runs: number
	readonly delays: number
	readonly actions?: number
	/** Limits that the project has promised. */
	readonly most?: number
	readonly ms?: number
	readonly message: RegExp
	readonly mended: string
}

const deep = { before: 40, tasks: 6, events: 20 }

const races: Race[] = [
	{
		name: 'lost update',
		make: lostUpdate,
		runs: 4,
		delays: 1,
		message: /^lost update: 1 instead of 2$/,
		mended: 'all schedules with ≤ 2 delays (113), 474 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'double initialisation',
		make: doubleInit,
		runs: 3,
		delays: 1,
		message: /^double initialisation: opened 2 times$/,
		mended: 'all schedules with ≤ 3 delays (363), 198 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'pool hand-out',
		make: pool,
		runs: 43,
		delays: 2,
		message: /^pool: resource 2 is handed out twice$/,
		mended: 'all schedules with ≤ 2 delays (147), 466 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'stale cache',
		make: staleCache,
		runs: 4,
		delays: 1,
		message: /^stale cache: v1 instead of v2$/,
		mended: 'all schedules with ≤ 2 delays (117), 473 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'ABA',
		make: aba,
		runs: 267,
		delays: 2,
		most: 1500,
		message: /^ABA: /,
		mended: 'all schedules with ≤ 2 delays (1,588), 105 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'lock order',
		make: lockOrder,
		runs: 3,
		delays: 1,
		message: /^deadlock: .*\[proved: /,
		mended: 'all schedules with ≤ 3 delays (530), 47 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'abort and grant',
		make: abortGrant,
		runs: 5,
		delays: 0,
		actions: 1,
		message: /^deadlock: .*\[proved: /,
		mended: 'all schedules with ≤ 2 delays, ≤ 2 actions (3,056), and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'lost update, deep',
		make: lostUpdate,
		around: deep,
		runs: 4,
		delays: 1,
		most: 200,
		ms: 500,
		message: /^lost update/,
		mended: 'all schedules with ≤ 1 delay (152), 2,348 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
]

const options = { points, progress: false, budget: 60_000 }
const firstLine = ({ failure }: Report): string => failure!.error.message.split('\n', 1)[0]!

describe.each(races)('$name', ({ name, make, around = {}, runs, delays, actions = 0, most = 150, ms = 1000, message, mended }) => {
	test('is found, shrunk, and replays every time', { timeout: 30_000 }, async () => {
		const report = await explore(make(around), { ...options, name })
		expect(firstLine(report)).toMatch(message)
		expect(report.failure).toMatchObject({ fewest: true, replays: true })
		expect([report.runs, report.schedule!.delays, report.schedule!.actions]).toEqual([runs, delays, actions])
		expect(report.runs).toBeLessThanOrEqual(most)
		expect(report.ms).toBeLessThan(ms)
		const { token } = report.failure!
		for (let i = 0; i < 20; i++) {
			const again = await explore(make(around), { ...options, name, token })
			expect(again.claim).toBe('replayed the schedule of the token')
			expect(firstLine(again)).toMatch(message)
			expect(again.failure).toMatchObject({ token, replays: true })
			expect(again.schedule).toEqual(report.schedule)
		}
	})

	test('mended, it passes, and what was explored is claimed', { timeout: 30_000 }, async () => {
		const report = await explore(make({ ...around, mended: true }), { ...options, name, runs: name.includes('deep') ? 3000 : 10_000 })
		expect(report.failure).toBe(undefined)
		expect(report.claim).toBe(mended)
	})
})

describe('wherever the mistake is among what else happens, and however late', () => {
	const places = (['first', 'middle', 'last'] as const).flatMap(at => [0, 20].flatMap(early => [0, 20].map(late => ({ at, early, late }))))

	test.each([
		{ name: 'lost update', make: lostUpdate, around: {}, runs: [4, 4, 52, 52, 12, 12, 62, 62, 10, 14, 35, 39] },
		{ name: 'double initialisation', make: doubleInit, around: {}, runs: [3, 3, 49, 49, 9, 9, 59, 59, 9, 13, 34, 38] },
		{ name: 'stale cache', make: staleCache, around: {}, runs: [4, 4, 52, 52, 12, 12, 62, 62, 10, 14, 35, 39] },
		{ name: 'lock order', make: lockOrder, around: {}, runs: [3, 3, 49, 49, 9, 9, 59, 59, 12, 13, 37, 38] },
		{ name: 'lost update, deep', make: lostUpdate, around: deep, runs: [4, 4, 30, 30, 66, 138, 188, 188, 57, 132, 82, 157] },
	])('one delay: $name', { timeout: 30_000 }, async ({ make, around, runs }) => {
		const reports: Report[] = []
		for (const place of places) reports.push(await explore(make({ ...around, ...place }), options))
		expect(reports.map(report => report.runs)).toEqual(runs)
		for (const { failure, schedule, runs: n } of reports) {
			expect([failure?.fewest, failure?.replays, schedule?.delays]).toEqual([true, true, 1])
			expect(n).toBeLessThanOrEqual(200)
		}
	})

	test.each([
		{ name: 'pool hand-out', make: pool, runs: [43, 112, 157] },
		{ name: 'ABA', make: aba, runs: [267, 1437, 1393] },
	])('two delays: $name', { timeout: 30_000 }, async ({ make, runs }) => {
		const reports: Report[] = []
		for (const at of ['first', 'middle', 'last'] as const) reports.push(await explore(make({ at }), options))
		expect(reports.map(report => report.runs)).toEqual(runs)
		for (const { failure, schedule } of reports) expect([failure?.fewest, failure?.replays, schedule?.delays]).toEqual([true, true, 2])
	})
})
