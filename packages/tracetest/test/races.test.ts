// Each mistake is found within a number of schedules: the numbers are exact, because searches are seeded.
import { explore, type SearchReport } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'
import { type Around, aba, abortGrant, doubleInit, lockOrder, lostUpdate, points, pool, staleCache } from './races.js'

type Make = typeof lostUpdate

interface Race {
	readonly name: string
	readonly make: Make
	readonly around?: Around
	/** Of the search; and before it began with the undisturbed execution. */
	readonly runs: number
	readonly before: number
	readonly delays: number
	readonly actions?: number
	/** Limits that the project has promised. */
	readonly max?: number
	readonly ms?: number
	readonly message: RegExp
	readonly fixed: string
}

const deep = { before: 40, tasks: 6, events: 20 }

const races: Race[] = [
	{
		name: 'lost update',
		make: lostUpdate,
		runs: 6,
		before: 4,
		delays: 1,
		message: /^lost update: 1 instead of 2$/,
		fixed: 'all schedules with ≤ 2 delays (113), 474 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'double initialisation',
		make: doubleInit,
		runs: 7,
		before: 3,
		delays: 1,
		message: /^double initialisation: opened 2 times$/,
		fixed: 'all schedules with ≤ 3 delays (363), 198 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'pool hand-out',
		make: pool,
		runs: 45,
		before: 43,
		delays: 2,
		message: /^pool: resource 2 is handed out twice$/,
		fixed: 'all schedules with ≤ 2 delays (147), 466 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'stale cache',
		make: staleCache,
		runs: 6,
		before: 4,
		delays: 1,
		message: /^stale cache: v1 instead of v2$/,
		fixed: 'all schedules with ≤ 2 delays (117), 473 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'ABA',
		make: aba,
		runs: 483,
		before: 267,
		delays: 2,
		max: 1500,
		message: /^ABA: /,
		fixed: 'all schedules with ≤ 2 delays (1,588), 105 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'lock order',
		make: lockOrder,
		runs: 7,
		before: 3,
		delays: 1,
		message: /^deadlock: .*\[proved: /,
		fixed: 'all schedules with ≤ 3 delays (530), 47 beyond, and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'abort and grant',
		make: abortGrant,
		runs: 11,
		before: 5,
		delays: 0,
		actions: 1,
		message: /^deadlock: .*\[proved: /,
		fixed: 'all schedules with ≤ 2 delays and ≤ 2 actions (3,722), and sampled 500 schedules (PCT depth 3, seed 1)',
	},
	{
		name: 'lost update, deep',
		make: lostUpdate,
		around: deep,
		runs: 6,
		before: 4,
		delays: 1,
		max: 200,
		ms: 500,
		message: /^lost update/,
		fixed: 'all schedules with ≤ 1 delay (152), 1,447 beyond, and sampled 399 schedules (PCT depth 3, seed 1)',
	},
]

const options = { points, progress: false, budget: 60_000 }
const firstLine = ({ failure }: SearchReport): string => failure!.error.message.split('\n', 1)[0]!

describe.each(races)('$name', ({
	name,
	make,
	around = {},
	runs,
	before: earlier,
	delays,
	actions = 0,
	max = 150,
	ms = 1000,
	message,
	fixed,
}) => {
	test('is found, shrunk, and replays every time', async () => {
		const before = process.cpuUsage()
		const report = await explore(make(around), { ...options, name })
		const { user, system } = process.cpuUsage(before)
		expect(firstLine(report)).toMatch(message)
		expect(report.failure).toMatchObject({ fewest: true, replays: true })
		expect([report.runs, report.schedule!.delays, report.schedule!.actions]).toEqual([runs, delays, actions])
		expect(report.runs).toBeLessThanOrEqual(Math.min(max, 3 * earlier))
		// Of the processor: by the clock it takes longer beside other work.
		expect((user + system) / 1000).toBeLessThan(ms)
		const { token } = report.failure!
		for (let i = 0; i < 20; i++) {
			const again = await explore(make(around), { ...options, name, token })
			expect(again.claim).toBe('replayed the schedule of the token')
			expect(firstLine(again)).toMatch(message)
			expect(again.failure).toMatchObject({ token, replays: true })
			expect(again.schedule).toEqual(report.schedule)
		}
	})

	test('fixed, it passes, and what was explored is claimed', async () => {
		const report = await explore(make({ ...around, fixed: true }), {
			...options,
			name,
			runs: name.includes('deep') ? 3000 : 10_000,
		})
		expect(report.failure).toBe(undefined)
		const [controlled, ...more] = report.claim.split('; not explored: ')
		expect(controlled).toBe(fixed)
		for (const rest of more)
			expect(rest).toMatch(
				/^\d waits? in .*races\.ts:\d+, .*but for the undisturbed execution, and (?:all [\d,]+ with ≤ 1 delay or action from it, and )?[\d,]+ more/,
			)
	})
})

describe('wherever the mistake is among what else happens, and however late', () => {
	const places = (['first', 'middle', 'last'] as const).flatMap(at =>
		[0, 20].flatMap(early => [0, 20].map(late => ({ at, early, late }))),
	)

	test.each([
		{ name: 'lost update', make: lostUpdate, around: {}, runs: [6, 6, 54, 54, 14, 14, 64, 64, 12, 16, 37, 41] },
		{
			name: 'double initialisation',
			make: doubleInit,
			around: {},
			runs: [7, 7, 19, 90, 17, 17, 19, 108, 11, 15, 36, 40],
		},
		{ name: 'stale cache', make: staleCache, around: {}, runs: [6, 6, 54, 54, 14, 14, 64, 64, 12, 16, 37, 41] },
		{ name: 'lock order', make: lockOrder, around: {}, runs: [7, 7, 24, 90, 18, 18, 24, 108, 23, 25, 24, 70] },
		{
			name: 'lost update, deep',
			make: lostUpdate,
			around: deep,
			runs: [6, 6, 32, 32, 68, 140, 190, 190, 59, 134, 84, 159],
		},
	])('one delay: $name', async ({ make, around, runs }) => {
		const reports: SearchReport[] = []
		for (const place of places) reports.push(await explore(make({ ...around, ...place }), options))
		expect(reports.map(report => report.runs)).toEqual(runs)
		for (const { failure, schedule, runs: n } of reports) {
			expect([failure?.fewest, failure?.replays, schedule?.delays]).toEqual([true, true, 1])
			expect(n).toBeLessThanOrEqual(200)
		}
	})

	test.each([
		{ name: 'pool hand-out', make: pool, runs: [45, 114, 159] },
		{ name: 'ABA', make: aba, runs: [483, 2439, 2395] },
	])('two delays: $name', async ({ make, runs }) => {
		const reports: SearchReport[] = []
		for (const at of ['first', 'middle', 'last'] as const) reports.push(await explore(make({ at }), options))
		expect(reports.map(report => report.runs)).toEqual(runs)
		for (const { failure, schedule } of reports)
			expect([failure?.fewest, failure?.replays, schedule?.delays]).toEqual([true, true, 2])
	})
})
