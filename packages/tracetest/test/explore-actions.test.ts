import { explore } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Executor, type Outcome } from '../src/explore/execute.js'
import { Search } from '../src/explore/explore.js'
import { rest } from '../src/explore/moment.js'
import { type Deviation, delaysOf, injectionsOf } from '../src/explore/schedule.js'
import { settingsOf } from '../src/world/options.js'
import type { Body } from '../src/world/run.js'
import { bodyOf, deviationsOf, explored, type Path, type Place, point } from './explore-model.js'
import { pausable, sync } from './fixtures.js'

const limits = { steps: 10_000, settle: 250, deadTime: 3000 }
const bounds = { samples: 0, depth: 3, seed: 1, natural: 0, total: 1e9, runs: 1e9, ms: 1e9 }

/** What a search executes. */
async function searched(
	body: Body,
	within: { delays: number; actions: number; microtasks: number },
): Promise<{ texts: string[]; search: Search }> {
	const executor = new Executor(body, settingsOf({}), limits, ({ id }) => id === point.id)
	const texts: string[] = []
	const spy = {
		execute: async (deviations: readonly Deviation[]): Promise<Outcome> => {
			texts.push(textOf(deviations))
			return executor.execute(deviations)
		},
	} as Executor
	const search = new Search(spy, { ...bounds, ...within })
	try {
		expect(await search.run()).toBe(undefined)
	} finally {
		await executor.done()
	}
	return { texts: different(texts, search), search }
}

/** A few schedules are executed twice, as controls, which are not among the runs. */
function different(texts: readonly string[], { progress }: Search): string[] {
	const all = [...new Set(texts)].sort()
	expect(progress.runs).toBe(all.length)
	return all
}

/** Delays and injections each in their order: their relative order is not a choice. */
function textOf(deviations: readonly Deviation[]): string {
	const delays = deviations.filter(({ kind }) => kind === 'delay')
	const injections = deviations.filter(({ kind }) => kind === 'injection')
	return JSON.stringify([...delays, ...injections], ['kind', 'at', 'by', 'action', 'after'])
}

/**
 * All sequences of at most `left` actions at `places`, in the order of time. At an event they come up to a maximum
 * number of microtasks later. At a decision, where all wait, they come at once; and then there is another decision,
 * with the same choices, where more of them may come.
 */
function injections(places: readonly Place[], microtasks: number, actions: number, left: number): Deviation[][] {
	const from = (all: readonly Place[], at: number, after: number, more: number): Deviation[][] => {
		const sequences: Deviation[][] = [[]]
		if (more === 0) return sequences
		for (let i = at; i < all.length; i++)
			for (let j = i === at ? after : 0; j <= (all[i] === 'event' ? microtasks : 0); j++)
				for (let action = 0; action < actions; action++) {
					const then = all[i] === 'event' ? all : all.toSpliced(i, 0, 'decision')
					for (const rest of from(then, i, j, more - 1))
						sequences.push([{ kind: 'injection', at: i, after: j, action }, ...rest])
				}
		return sequences
	}
	return from(places, 0, 0, left)
}

test('actions that change nothing: each sequence of them at each occurrence and microtask, with each schedule, once', {
	timeout: 60_000,
}, async () => {
	let executed = 0
	await fc.assert(
		fc.asyncProperty(
			explored(60, { gates: false }),
			fc.nat(3),
			fc.integer({ min: 1, max: 2 }),
			fc.nat(2),
			fc.integer({ min: 1, max: 2 }),
			async ({ program, paths }, delays, actions, microtasks, declared) => {
				const count = (path: Path): number => injections(path.places, microtasks, declared, actions).length
				const within = paths.filter(({ cost }) => cost <= delays)
				fc.pre(within.reduce((sum, path) => sum + count(path), 0) <= 600)
				const expected = within.flatMap(path =>
					injections(path.places, microtasks, declared, actions).map(injected =>
						textOf([...deviationsOf(path), ...injected]),
					),
				)
				const run = bodyOf(program, [])
				const { texts, search } = await searched(
					t => {
						for (let i = 0; i < declared; i++) t.action(`action${i}`, () => {})
						return run(t)
					},
					{ delays, actions, microtasks },
				)
				executed += texts.length
				expect(texts).toEqual(expected.sort())
				expect(search.progress).toMatchObject({
					diverged: 0,
					cut: undefined,
					exhaustive: within.length === paths.length,
				})
			},
		),
		{ numRuns: 40, seed: 3 },
	)
	expect(executed).toBeGreaterThan(1000)
})

test('actions that signal events: the same as when schedules are derived naively', async () => {
	const step = pausable<[]>('traceActionStep')
	const note = sync<[]>('traceActionNote')
	const one = async (): Promise<void> => {
		note.signal()
		if (step.signal) await step.signal()
		await Promise.resolve()
		note.signal()
	}
	const body: Body = async t => {
		let last: unknown
		t.action('signals', () => note.signal())
		t.action('pauses', async () => {
			last = one()
			await last
		})
		await t.all(t.go('A', one), t.go('B', one))
		await last
	}
	const points = ({ id }: { id: string }): boolean => id === step.event.id || id === note.event.id
	const naive = async (delays: number, actions: number, microtasks: number): Promise<string[]> => {
		const executor = new Executor(body, settingsOf({}), limits, points)
		const all: string[] = []
		const from = async (deviations: readonly Deviation[]): Promise<void> => {
			const { marks, widths, occurrences, moments, failure } = await executor.execute(deviations)
			expect(failure).toBe(undefined)
			expect(marks.length).toBe(deviations.length)
			all.push(textOf(deviations))
			const { decision, occurrence } = marks.at(-1) ?? { decision: 0, occurrence: 0 }
			for (let at = decision; at < widths.length; at++)
				for (let by = 1; by < widths[at]! && delaysOf(deviations) + by <= delays; by++)
					await from([...deviations, { kind: 'delay', at, by }])
			if (injectionsOf(deviations) === actions) return
			const last = deviations.at(-1)
			const first = last?.kind === 'injection' ? last : { at: occurrence, after: 0 }
			for (let at = first.at; at < occurrences.length; at === first.at ? (at = Math.max(at + 1, occurrence)) : at++)
				for (let after = at === first.at ? first.after : 0; after <= (moments[at] === rest ? 0 : microtasks); after++)
					for (const action of [0, 1]) await from([...deviations, { kind: 'injection', at, action, after }])
		}
		await from([])
		await executor.done()
		return all.sort()
	}
	const executor = new Executor(body, settingsOf({}), limits, points)
	const texts: string[] = []
	const spy = {
		execute: (deviations: readonly Deviation[]): Promise<Outcome> => {
			texts.push(textOf(deviations))
			return executor.execute(deviations)
		},
	} as Executor
	const search = new Search(spy, { ...bounds, delays: 1, actions: 2, microtasks: 1 })
	expect(await search.run()).toBe(undefined)
	await executor.done()
	const expected = await naive(1, 2, 1)
	expect(different(texts, search)).toEqual(expected)
	expect(texts.length).toBeGreaterThan(500)
	expect(search.progress.diverged).toBe(0)
})

describe('where an action happens', () => {
	const note = sync<[what: string]>('traceWhere')

	test('inside of each event, and in each of the microtasks after it', async () => {
		const logs: string[][] = []
		const body: Body = async t => {
			const log: string[] = []
			logs.push(log)
			t.action('act', () => log.push('act'))
			for (const what of ['a', 'b']) {
				note.signal(what)
				log.push(what)
				for (let i = 1; i <= 4; i++) {
					await Promise.resolve()
					log.push(`${what}${i}`)
				}
			}
		}
		const report = await explore(body, { points: [note.event], actions: 1, microtasks: 3, samples: 0 })
		const [plain, ...all] = new Set(logs.map(log => log.join(' ')))
		// And at the end of what the natural order begins with, where it is one more.
		const injected = all.filter(log => log !== 'a a1 a2 a3 a4 b b1 b2 b3 b4 act')
		expect(plain).toBe('a a1 a2 a3 a4 b b1 b2 b3 b4')
		expect(injected).toEqual([
			'act a a1 a2 a3 a4 b b1 b2 b3 b4',
			'a act a1 a2 a3 a4 b b1 b2 b3 b4',
			'a a1 act a2 a3 a4 b b1 b2 b3 b4',
			'a a1 a2 act a3 a4 b b1 b2 b3 b4',
			'a a1 a2 a3 a4 act b b1 b2 b3 b4',
			'a a1 a2 a3 a4 b act b1 b2 b3 b4',
			'a a1 a2 a3 a4 b b1 act b2 b3 b4',
			'a a1 a2 a3 a4 b b1 b2 act b3 b4',
		])
		expect(report.claim).toMatch(/^exhaustive over choice points with ≤ 1 action: all 9 schedules; not explored: /)
	})

	test('an action that is declared under some schedules only is injected into these', async () => {
		const step = pausable<[]>('traceLate')
		const seen = new Set<string>()
		const report = await explore(
			async t => {
				let first: string | undefined
				const task = (name: string) => async (): Promise<void> => {
					first ??= name
					if (name === 'B' && first === 'B') t.action('late', () => seen.add('late'))
					if (step.signal) await step.signal()
				}
				await t.all(t.go('A', task('A')), t.go('B', task('B')))
			},
			{ points: [step.event], samples: 0, delays: 10, actions: 1, microtasks: 0 },
		)
		expect(seen).toEqual(new Set(['late']))
		expect(report.claim).toMatch(/^exhaustive with ≤ 1 action: all \d+ schedules$/)
	})
})
