import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChromeTrace, chromeTrace, explore, type Schedule, type SearchReport, verify } from '@tsgotrace/tracetest'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { abortGrant, lostUpdate, points } from './races.js'

interface Entry {
	readonly name: string
	readonly ph: string
	readonly pid: number
	readonly tid: number
	readonly ts: number
	readonly dur: number
	readonly args: Readonly<Record<string, unknown>>
}

const entriesOf = (trace: ChromeTrace): Entry[] => trace.traceEvents as unknown as Entry[]

/**
 * What the format asks for, and what a viewer needs to draw it: names, numbers, and slices of one lane that do not
 * overlap.
 */
function check(trace: ChromeTrace, schedule: Schedule): void {
	const again = JSON.parse(JSON.stringify(trace)) as ChromeTrace
	expect(again).toEqual(trace)
	const entries = entriesOf(again)
	const slices = entries.filter(({ ph }) => ph === 'X')
	const metadata = entries.filter(({ ph }) => ph === 'M')
	expect(slices.length + metadata.length).toBe(entries.length)
	expect(slices.map(({ name }) => name)).toEqual(schedule.steps.map(({ text }) => text))
	expect(metadata.find(({ name }) => name === 'process_name')?.args).toEqual({ name: schedule.name })

	const lanes = new Map(
		metadata.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, String(args.name)]),
	)
	// One lane for each task, and no lane without steps.
	expect([...lanes.values()].sort()).toEqual([...new Set(schedule.steps.map(({ task }) => task))].sort())
	expect(slices.map(({ tid }) => lanes.get(tid))).toEqual(schedule.steps.map(({ task }) => task))
	let end = 0
	for (const { ts, dur, pid, tid } of slices) {
		for (const number of [ts, dur, pid, tid]) expect(Number.isSafeInteger(number)).toBe(true)
		expect(dur).toBeGreaterThan(0)
		expect(ts).toBeGreaterThanOrEqual(end)
		end = ts + dur
	}
}

async function failed(report: Promise<SearchReport>): Promise<Schedule> {
	const { schedule, failure } = await report
	expect(failure).toBeDefined()
	return schedule!
}

test('a lane for each task, a slice for each step, in their order', async () => {
	const schedule = await failed(explore(lostUpdate(), { name: 'lost update', points }))
	const trace = chromeTrace(schedule)
	check(trace, schedule)
	const slices = entriesOf(trace).filter(({ ph }) => ph === 'X')
	const [delayed] = slices.filter(({ args }) => 'delayed' in args)
	expect(delayed!.args).toMatchObject({ delayed: 'A' })
	expect(
		slices.filter(({ args }) => String(args.source).startsWith('packages/tracetest/test/races.ts:')).length,
	).toBeGreaterThan(10)
})

test('actions and virtual time', async () => {
	const injected = await failed(explore(abortGrant(), { name: 'abort', points }))
	check(chromeTrace(injected), injected)
	const action = entriesOf(chromeTrace(injected)).find(({ name }) => name === 'abort')
	expect(action!.args).toMatchObject({ 'microtasks after the event': 3 })

	const timed = await failed(
		explore(
			async t => {
				await t.go('A', () => new Promise(resolve => setTimeout(resolve, 250)))
				throw new Error('after 250 ms')
			},
			{ time: 'virtual', points },
		),
	)
	check(chromeTrace(timed), timed)
	expect(entriesOf(chromeTrace(timed)).find(({ name }) => name === '→ 250 ms')?.args).toMatchObject({
		'virtual time in ms': 250,
	})
})

describe('as a file', () => {
	let directory: string
	beforeEach(() => {
		directory = mkdtempSync(join(tmpdir(), 'tracetest-'))
	})
	afterEach(() => {
		vi.unstubAllEnvs()
		rmSync(directory, { recursive: true })
	})

	test('where the option, or the environment, says', async () => {
		const [one, two] = [join(directory, 'one.json'), join(directory, 'two.json')]
		const options = { name: 'lost update', points }
		const schedule = await failed(explore(lostUpdate(), { ...options, trace: one }))
		vi.stubEnv('TRACETEST_TRACE', two)
		await expect(verify(lostUpdate(), options)).rejects.toThrow(/^lost update: 1 instead of 2\n/)
		const [a, b] = [readFileSync(one, 'utf8'), readFileSync(two, 'utf8')]
		expect(a).toBe(b)
		check(JSON.parse(a) as ChromeTrace, schedule)
		expect(JSON.parse(a)).toMatchObject({ otherData: { failure: 'lost update: 1 instead of 2' } })
	})

	test('with the nearest schedule that passes beside it', async () => {
		const trace = join(directory, 'one.json')
		const schedule = await failed(explore(lostUpdate(), { name: 'lost update', points, trace }))
		const passing = JSON.parse(readFileSync(join(directory, 'one.passing.json'), 'utf8')) as ChromeTrace
		expect(passing.otherData).toBe(undefined)
		const steps = entriesOf(passing).filter(({ ph }) => ph === 'X')
		expect(steps.length).toBeGreaterThan(5)
		expect(steps.some(({ args }) => 'delayed' in args)).toBe(false)
		expect(steps.map(({ name }) => name)).not.toEqual(schedule.steps.map(({ text }) => text))
	})

	test('as a page with a schedule that passes beside it, where the name ends with .html', async () => {
		const page = join(directory, 'report.html')
		const name = '<b>lost</b> update'
		const schedule = await failed(explore(lostUpdate(), { name, points, trace: page }))
		const html = readFileSync(page, 'utf8')
		expect(html).not.toContain('<b>lost')
		expect(html).not.toContain('<script')
		const [failing, passing] = html.split('<section class="side ').slice(1)
		expect(failing).toMatch(/^failing">\n<h2>This schedule fails: with 1 delay</)
		expect(passing).toMatch(/^passing">\n<h2>This schedule passes: without a delay</)
		expect(failing!.match(/class="step/g)).toHaveLength(schedule.steps.filter(({ kind }) => kind !== 'hold').length)
		expect(failing).toContain('<b>delayed here</b> at ')
		expect(passing).not.toContain('delayed here')
		// Both are the same up to where they part, and that is marked in both.
		const parts = [failing, passing].map(side => /<tr class="differs"><td class="number">(\d+)</.exec(side!)?.[1])
		expect(parts[0]).toBeDefined()
		expect(parts[1]).toBe(parts[0])
		expect(html).toContain(`The schedules are the same up to step ${parts[0]}.`)
		expect(html).toContain('1 instead of 2')
	})

	test('not where nothing failed', async () => {
		const trace = join(directory, 'none.json')
		await explore(lostUpdate({ fixed: true }), { points, runs: 10, trace })
		expect(() => readFileSync(trace)).toThrow(/ENOENT/)
	})
})
