// `diff` of two schedules of tracetest.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromeTrace, explore, type Schedule } from '../../packages/tracetest/src/index.js'
import { runs } from '../../test/thorough.js'
import { firstDifference, readSchedule } from '../src/diff/schedule.js'
import { schedulesText } from '../src/diff/schedules.js'
import { cli } from './cli.js'

let dir: string
beforeAll(async () => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-schedules-'))
	await explore(
		async t => {
			await t.go('ann', () => {})
			await t.go('bob', () => {})
			throw new Error('always')
		},
		{ name: 'visits', trace: join(dir, 'real.json'), natural: 0 },
	)
	writeFileSync(
		join(dir, 'a.json'),
		JSON.stringify(chromeTrace(schedule(['ann start', 'ann read', 'ann write', 'bob start', 'bob read', 'bob write']))),
	)
	writeFileSync(join(dir, 'b.json'), JSON.stringify(chromeTrace(failing, 'visits: an update is lost')))
	writeFileSync(join(dir, 'other.json'), '{"traceEvents":[{"ph":"X","name":"a","ts":0,"dur":1,"pid":1,"tid":1}]}')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Of `task text`; `!` before it: another task was delayed there. */
function schedule(steps: readonly string[]): Schedule {
	return {
		name: 'visits',
		delays: 0,
		actions: 0,
		steps: steps.map(step => {
			const [task, text] = step.replace('!', '').split(' ') as [string, string]
			const place = text === 'start' ? undefined : { file: '/app/src/visits.ts', line: 8, column: 1 }
			return {
				task,
				kind: text === 'start' ? 'start' : 'event',
				text,
				place,
				time: undefined,
				delayed: step.startsWith('!') ? ['ann'] : [],
			}
		}),
	}
}
const failing = schedule(['ann start', 'ann read', '!bob start', 'bob read', 'bob write', 'ann write'])

describe('diff of schedules', () => {
	it('shows the first step that differs, in two lanes', async () => {
		const { stdout, stderr, status } = await cli(['diff', 'a.json', 'b.json'], dir)
		expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
		const lines = stdout.split('\n').filter(line => !line.includes('visits.ts') || line.includes('DELAYED'))
		expect(lines.map(line => line.replace(/\S*visits\.ts:8/, 'place').replace(/ +/g, ' '))).toEqual([
			'a.json: visits, 6 steps',
			'b.json: visits, 6 steps, fails: visits: an update is lost',
			'',
			'the same up to step 2: ann goes on in the first, bob in the second; ann is delayed in the second',
			'',
			' a.json │ b.json',
			' 0 ann start │ ann start',
			' 1 ann read │ ann read',
			'▶ 2 ann write │ bob start',
			' place │ DELAYED: ann',
			' 3 bob start │ bob read',
			' 4 bob read │ bob write',
			' 5 bob write │ ann write',
			'',
		])
	})

	it('as JSON and Markdown', async () => {
		const { stdout } = await cli(['diff', '--json', 'a.json', 'b.json'], dir)
		expect(JSON.parse(stdout)).toMatchObject({
			version: 1,
			before: { path: 'a.json', name: 'visits', failure: null, steps: 6 },
			after: { path: 'b.json', failure: 'visits: an update is lost' },
			first: {
				step: 2,
				before: { task: 'ann', text: 'write', delayed: null },
				after: { task: 'bob', text: 'start', delayed: 'ann' },
			},
		})
		const md = (await cli(['diff', '--md', 'a.json', 'b.json'], dir)).stdout
		expect(md).toMatch(/^```\na\.json: [\s\S]*▶ 2[\s\S]*\n```\n$/)
	})

	it('of the same', async () => {
		expect((await cli(['diff', 'a.json', 'a.json'], dir)).stdout).toBe(
			'a.json: visits, 6 steps\na.json: visits, 6 steps\n\nboth have the same 6 steps\n',
		)
	})

	it('reads what a search has written', () => {
		const real = readSchedule(join(dir, 'real.json'))
		expect(real).toMatchObject({ name: 'visits', failure: expect.stringMatching(/^(visits: )?always/) as unknown })
		expect(real!.steps.filter(({ kind }) => kind === 'start').map(({ task }) => task)).toEqual(['ann', 'bob'])
	})

	it('finds the first difference of any two, and shows it within the width', () => {
		const step = fc.constantFrom(
			'ann start',
			'ann read',
			'bob start',
			'bob write',
			'!bob read',
			'cy a-long-name-of-an-event-that-is-cut',
		)
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 40 }),
				fc.array(step, { maxLength: 10 }),
				fc.array(step, { maxLength: 10 }),
				fc.integer({ min: 60, max: 200 }),
				(same, x, y, width) => {
					fc.pre(same.length + x.length > 0 && same.length + y.length > 0)
					const [a, b] = [x, y].map((rest, i) => {
						const path = join(dir, `${i}.json`)
						writeFileSync(path, JSON.stringify(chromeTrace(schedule([...same, ...rest]))))
						return readSchedule(path)!
					}) as [NonNullable<ReturnType<typeof readSchedule>>, NonNullable<ReturnType<typeof readSchedule>>]
					const plain = (steps: readonly string[]): string[] => steps.map(text => text.replace('!', ''))
					const [one, two] = [plain(x), plain(y)]
					let at = 0
					while (at < one.length && one[at] === two[at]) at++
					const expected = at === one.length && at === two.length ? null : same.length + at
					expect(firstDifference(a, b)).toBe(expected)
					const lines = schedulesText({ ...a, path: 'a' }, { ...b, path: 'b' }, expected, width).split('\n')
					if (expected !== null)
						expect(lines.some(line => line.startsWith(`▶ `) && line.includes(` ${expected} `))).toBe(true)
					expect(Math.max(...lines.slice(4).map(line => line.length))).toBeLessThanOrEqual(width)
				},
			),
			{ numRuns: runs(30, 1000) },
		)
	})

	it.each([
		[['a.json', 'other.json'], "'a.json' is a schedule of tracetest and 'other.json' is not"],
		[['other.json', 'b.json'], "'b.json' is a schedule of tracetest and 'other.json' is not"],
		[['a.json', 'missing.json'], "'a.json' is a schedule of tracetest and 'missing.json' is not"],
		[['--threshold', '5', 'a.json', 'b.json'], '--threshold is about durations: schedules have none'],
		[
			['--html', 'x.html', 'a.json', 'b.json'],
			'--html is for traces; tracetest itself writes a page of a schedule: TRACETEST_TRACE=schedule.html',
		],
	])('refuses %j', async (args, message) => {
		expect(await cli(['diff', ...args], dir)).toMatchObject({ status: 2, stderr: `error: ${message}\n` })
	})

	it('leaves other files to the comparison of traces', async () => {
		expect(await cli(['diff', 'other.json', 'other.json'], dir)).toMatchObject({
			status: 1,
			stderr: expect.stringContaining('not a Perfetto trace') as unknown,
		})
	})
})
