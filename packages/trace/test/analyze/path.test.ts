// The chain of what a task took its time for: steps add up to its wall time, whatever its parts are.
import { PathFinder, type PathStep, type TaskChoice, type TaskPath, taskQuantile } from '@tsgotrace/trace/analyze'
import { slicesOf } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { Program } from '../items.js'

async function pathOf(program: Program, choice: TaskChoice): Promise<TaskPath | null> {
	const finder = new PathFinder(choice)
	for await (const batch of slicesOf(program.trace(3)).batches()) finder.take(batch)
	return finder.path()
}

const shown = (steps: readonly PathStep[]): unknown[] =>
	steps.map(({ what, from, to, steps: within }) => [
		what,
		from / 1e6,
		to / 1e6,
		...(within.length > 0 ? [shown(within)] : []),
	])

it('goes from the end back to what ended last', async () => {
	const it = new Program()
	const end = it.task(0, 1, 'GET /')
	it.region(1e6, 10, 'parse', 1)(3e6)
	const query = it.region(4e6, 11, 'query', 1)
	it.call(5e6, 12, 'GET http://db/', 1)(20e6)
	it.region(4.5e6, 13, 'cache', 1)(9e6)
	query(22e6)
	end(25e6)
	const other = it.task(30e6, 2, 'GET /')
	other(31e6)
	const path = await pathOf(it, { slowest: 'GET /' })
	expect(path).toMatchObject({ id: 1, name: 'GET /', from: 0, to: 25e6, how: 'returned' })
	expect(shown(path!.steps)).toEqual([
		['itself', 0, 1],
		['region parse', 1, 3],
		['itself', 3, 4],
		[
			'region query',
			4,
			22,
			[
				['itself', 4, 4.5],
				['region cache', 4.5, 5],
				['call GET http://db/', 5, 20],
				['itself', 20, 22],
			],
		],
		['itself', 22, 25],
	])
	expect((await pathOf(it, { id: 2 }))!.to).toBe(31e6)
	expect(await pathOf(it, { id: 3 })).toBe(null)
})

it('finds the task at a quantile', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 }),
			fc.constantFrom(0.5, 0.9, 0.99),
			async (walls, share) => {
				const it = new Program()
				for (const [i, wall] of walls.entries()) {
					it.task(i * 10_000, 2 * i + 1, 'GET /')(i * 10_000 + wall)
					it.task(i * 10_000 + 5000, 2 * i + 2, 'other')(i * 10_000 + 9000)
				}
				const sorted = [...walls].sort((a, b) => a - b)
				const expected = sorted[Math.ceil(share * sorted.length) - 1]!
				expect(await taskQuantile(it.trace(), 'GET /', share)).toBe(expected)
				const path = await pathOf(it, { named: 'GET /', wall: expected })
				expect([path!.name, path!.to - path!.from]).toEqual(['GET /', expected])
				expect(await taskQuantile(it.trace(), 'none', share)).toBe(null)
			},
		),
		{ numRuns: runs(30, 500) },
	)
})

it('says what the task did meanwhile, where that was recorded', async () => {
	const it = new Program()
	const end = it.task(0, 1, 'job')
	it.done(2e6, '@tsgotrace/exec/states:traceRunDone', { ms: 2, task: 1, name: 'job', ago: 0 })
	it.signal('instant', 10e6, '@tsgotrace/exec/states:traceWaitSite', { task: 1, site: 'src/a.ts:3:9', weight: 1 })
	it.signal('instant', 10e6, '@tsgotrace/exec/states:traceWake', { task: 1, by: 7 })
	it.done(10e6, '@tsgotrace/exec/states:traceWaitDone', { ms: 8, task: 1, reason: 'sync', runnable: 1 })
	it.done(12e6, '@tsgotrace/exec/states:traceRunDone', { ms: 2, task: 1, name: 'job', ago: 0 })
	end(12e6)
	const { steps } = (await pathOf(it, { id: 1 }))!
	expect(steps).toMatchObject([
		{
			what: 'itself',
			states: [
				{ state: 'waiting for sync', time: 7e6, site: 'src/a.ts:3:9', by: 7 },
				{ state: 'running', time: 4e6 },
				{ state: 'runnable', time: 1e6 },
			],
		},
	])
})

it('adds up to the wall time', async () => {
	const parts = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 60 }), fc.boolean()), {
		maxLength: 12,
	})
	await fc.assert(
		fc.asyncProperty(parts, async list => {
			const it = new Program()
			const end = it.task(0, 1, 'job')
			for (const [i, [from, length, isCall]] of list.sort((a, b) => a[0] - b[0]).entries()) {
				const until = Math.min(100, from + length) * 1e6
				if (isCall) it.call(from * 1e6, 10 + i, `to ${i}`, 1)(until)
				else it.region(from * 1e6, 10 + i, `part ${i}`, 1)(until)
			}
			end(100e6)
			const check = (steps: readonly PathStep[], from: number, to: number): void => {
				let at = from
				for (const step of steps) {
					expect(step.from).toBe(at)
					at = step.to
					if (step.steps.length > 0) check(step.steps, step.from, step.to)
				}
				expect(at).toBe(to)
			}
			check((await pathOf(it, { id: 1 }))!.steps, 0, 100e6)
		}),
		{ numRuns: runs(100, 1000) },
	)
})
