// A green search that has shown little says so.
import { explore, type T, type VerifyOptions, verify } from '@tsgotrace/tracetest'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { pausable, sync } from './fixtures.js'

const step = pausable<[]>('traceStep')
const grant = sync<[]>('traceGrant', 'mutex:traceGrant')
const points = [step.event, grant.event]

afterEach(() => vi.unstubAllEnvs())

const wait = async (): Promise<void> => {
	if (step.signal) await step.signal()
}
const two =
	(fn: () => unknown) =>
	(t: T): Promise<unknown> =>
		t.all(t.go('ann', fn), t.go('bob', fn))

interface Little {
	readonly name: string
	readonly body: (t: T) => unknown
	readonly options?: VerifyOptions
	readonly warnings: readonly RegExp[]
}

const little: readonly Little[] = [
	{
		name: 'no task, and no event',
		body: () => {},
		warnings: [
			/^no choice point was met: no two tasks waited at once to start, or at a pausable event; start by t\.go what contends, and declare an event as async /,
		],
	},
	{
		name: 'calls, without an event',
		body: () => Promise.all([(async () => {})(), (async () => {})()]),
		warnings: [/^no choice point was met: /],
	},
	{
		name: 'one task',
		body: t => t.go('ann', () => {}),
		warnings: [/^no choice point was met: /],
	},
	{
		name: 'two tasks, without an event',
		body: two(async () => {}),
		warnings: [
			/^only the starts of tasks were choices: no pausable event was signalled; declare an event as async where the code waits, or let the plugin /,
		],
	},
	{
		name: 'two tasks that share an event which cannot pause',
		body: two(() => grant.signal()),
		warnings: [
			/^only the starts of tasks were choices: no pausable event was signalled; tasks share traceGrant \(src\/fixture\.ts:1\): make one pausable, "npx tsgotrace gen --fix --async traceGrant" does it \("\/\/trace:event async traceGrant\(…\)", and "if \(traceGrant\) await traceGrant\(…\)" at its calls\), or let the plugin /,
		],
	},
	{
		name: 'an action, and a budget that ends before',
		body: t => {
			t.action('abort', () => {})
			return two(wait)(t)
		},
		options: { runs: 1 },
		warnings: [
			/^action 'abort' was never injected: the budget ended before$/,
			/^the budget ended the search after 1 schedule, /,
		],
	},
	{
		name: 'a budget of some executions',
		body: two(wait),
		options: { runs: 5 },
		warnings: [/^the budget ended the search after 5 schedules, of \d.* each \(option "runs"\)$/],
	},
	{
		name: 'a limit that is reached at once',
		body: two(wait),
		options: { budget: 1 },
		warnings: [
			/^the limit of 1\.00 ms ended the search after \d+ schedules?, of .* each \(option "budget"; time: 'virtual' and a smaller "settle" make them faster\)$/,
		],
	},
]

describe.each(little)('$name', ({ body, options, warnings }) => {
	const all: VerifyOptions = { points, progress: false, ...options }

	test('is reported', async () => {
		const report = await explore(body, all)
		expect(report.failure).toBe(undefined)
		expect(report.warnings).toEqual(warnings.map(text => expect.stringMatching(text) as string))
		await expect(verify(body, all)).resolves.toMatchObject({ failure: undefined })
	})

	test('is a failure, if that is asked for', async () => {
		const strict = verify(body, { ...all, strict: true })
		await expect(strict).rejects.toThrow(/^nothing failed, and too little was explored \(option "strict"\):\n {2}/)
		await expect(strict).rejects.toHaveProperty('report.failure', undefined)
		vi.stubEnv('TRACETEST_STRICT', '1')
		await expect(verify(body, all)).rejects.toThrow(/\n\nexplored: /)
		await expect(verify(body, { ...all, strict: false })).resolves.toMatchObject({ failure: undefined })
	})
})

describe('no warning', () => {
	const enough: readonly {
		readonly name: string
		readonly body: (t: T) => unknown
		readonly options?: VerifyOptions
	}[] = [
		{ name: 'tasks that meet at events', body: two(wait) },
		{ name: 'calls that do', body: () => Promise.all([wait(), wait()]) },
		{
			name: 'an action at an event',
			body: async t => {
				t.action('abort', () => {})
				await two(wait)(t)
			},
		},
		{
			name: 'an action that is not to be injected',
			body: async t => {
				t.action('abort', () => {})
				await two(wait)(t)
			},
			options: { actions: 0 },
		},
		{
			name: 'timers, in virtual time',
			body: two(() => new Promise(resolve => setTimeout(resolve, 1))),
			options: { time: 'virtual' },
		},
		{
			name: 'a budget that is enough for 20',
			body: two(async () => [await wait(), await wait(), await wait()]),
			options: { runs: 20 },
		},
	]

	test.each(enough)('$name', async ({ body, options }) => {
		const { warnings } = await verify(body, { points, progress: false, strict: true, ...options })
		expect(warnings).toEqual([])
	})

	test('where something failed', async () => {
		const body = (): void => {
			throw new Error('of the test')
		}
		const { warnings } = await explore(body, { points, progress: false })
		expect(warnings).toEqual([])
		await expect(verify(body, { points, progress: false, strict: true })).rejects.toThrow(/^of the test/)
	})
})
