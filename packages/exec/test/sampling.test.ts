// Which tasks are recorded: the rules, what is inherited, what the trace says of those that are left out, and the
// budget.
import { configureSampling, currentTask, log, region, spawn, task } from '@tsgotrace/exec'
import { startTrace } from '@tsgotrace/exec/control'
import { readTrace, type TraceSignal } from '@tsgotrace/trace/read'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decider, type TaskSampling, textOf } from '../src/admission/rules.js'
import { Budget, levels } from '../src/sampling/budget.js'
import { whyNoStates } from '../src/states/support.js'
import { hear, sleep } from './events.js'

// Processors may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 })

afterEach(() => configureSampling(true))

describe('rules', () => {
	const taken = (
		rule: TaskSampling,
		names: readonly string[],
		times?: readonly number[],
		random = Math.random,
	): number[] => {
		let at = 0
		const decide = decider(rule, () => times?.[at] ?? 0, random)
		return names.flatMap((name, i) => {
			at = i
			return decide(name) ? [i] : []
		})
	}
	const same = (n: number): string[] => Array.from({ length: n }, () => 'a')

	it('take all, none, each nth, the first of each second, and by chance', () => {
		expect(taken(true, same(3))).toEqual([0, 1, 2])
		expect(taken(false, same(3))).toEqual([])
		expect(taken({ every: 3 }, same(8))).toEqual([0, 3, 6])
		expect(taken({ perSecond: 2 }, same(8), [0, 1, 2, 999, 1000, 1001, 1002, 5000])).toEqual([0, 1, 4, 5, 7])
		const values = [0.1, 0.3, 0.29, 0.9]
		expect(taken({ probability: 0.3 }, same(4), undefined, () => values.shift()!)).toEqual([0, 2])
	})

	it('take at least so many of each name in a second', () => {
		const names = ['a', 'a', 'b', 'a', 'b', 'c', 'a']
		expect(taken({ probability: 0, atLeast: 1 }, names)).toEqual([0, 2, 5])
		expect(taken({ probability: 0, atLeast: 1 }, names, [0, 1, 2, 1000, 1001, 1002, 1003])).toEqual([0, 2, 3, 4, 5])
	})

	it('take as many as they would without the guarantee, or more', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }),
				fc.integer({ min: 1, max: 9 }),
				fc.integer({ min: 1, max: 5 }),
				(names, every, atLeast) => {
					const plain = taken({ every }, names)
					const more = taken({ every, atLeast }, names)
					expect(more).toEqual(expect.arrayContaining(plain))
					for (const name of new Set(names)) {
						const all = names.filter(other => other === name).length
						expect(more.filter(i => names[i] === name).length).toBeGreaterThanOrEqual(Math.min(all, atLeast))
					}
				},
			),
			{ numRuns: 100 },
		)
	})

	it.each([
		[{}, /must be true, false, \{ every \}/],
		[{ every: 2, probability: 1 }, /must be true, false/],
		[{ each: 2 }, /must be true, false/],
		[{ every: 2, atleast: 2 }, /must be true, false/],
		['all', /must be true, false/],
		[{ every: 0 }, /every must be an integer from 1 to/],
		[{ probability: 1.5 }, /probability must be a number from 0 to 1, not 1.5/],
		[{ every: 1, atLeast: 0.5 }, /atLeast must be an integer from 1/],
	])('%j is refused', (rule, message) => {
		expect(() => configureSampling(rule as TaskSampling)).toThrow(message)
		expect(() => startTrace({ to: () => {}, sampleTasks: rule as TaskSampling })).toThrow(message)
		startTrace({ to: () => {} }).stop()
	})

	it.each([
		[true, 'all'],
		[false, 'none'],
		[{ every: 10 }, 'every 10'],
		[{ perSecond: 5, atLeast: 1 }, '5 per second, at least 1 per second of each name'],
	] as const)('%j is written as %s', (rule, text) => expect(textOf(rule)).toBe(text))
})

describe('sampling', () => {
	it('is decided when a task begins, and inherited by all that belongs to it', async () => {
		using heard = hear()
		configureSampling({ every: 2 })
		const whole = async (name: string): Promise<void> => {
			await task(name, async outer => {
				log('key', name)
				await region(`region of ${name}`, async () => sleep(1))
				using _ = region(`block of ${name}`)
				await task(`child of ${name}`, async () => sleep(1))
				spawn(`spawned by ${name}`, async () => {})
				outer!.rename(`renamed ${name}`)
				outer!.identify({ user: name })
				// What the program sees is the same.
				expect(currentTask()).toBe(outer)
				expect(outer!.traceparent.sampled).toBe(outer!.sampled)
			})
		}
		await whole('first')
		const lines = heard.take()
		for (const what of ['TaskBegin', 'TaskEnd', 'TaskName', 'TaskIds', 'TaskLink', 'RegionBegin', 'RegionEnd', 'Log'])
			expect(lines.map(line => line.split(' ')[0])).toContain(what)
		await whole('second')
		expect(heard.take()).toEqual([])
		await whole('third')
		expect(heard.take()).toHaveLength(lines.length)
	})

	it('follows a caller in another process that says that it is not sampled', () => {
		using heard = hear(/TaskBegin/)
		const caller = (flags: string): string => `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`
		const one = (): void => {
			task('sampled', () => {}, { parent: caller('01') })
			task('not sampled', () => {}, { parent: caller('00') })
		}
		one()
		expect(heard.take()).toHaveLength(2)
		configureSampling({ every: 1 })
		one()
		expect(heard.take()).toEqual([expect.stringContaining('sampled')])
	})

	it('is reported in the trace, with the number of tasks that were left out, and can be changed meanwhile', async () => {
		const chunks: Uint8Array[] = []
		const trace = startTrace({ to: chunk => chunks.push(chunk), events: [], sampleTasks: { every: 5 } })
		const reported = (): number => trace.stats.events['@tsgotrace/exec/sampling:traceSampling']?.recorded ?? 0
		const left = (): number => trace.stats.events['@tsgotrace/exec/sampling:traceTasksLeftOut']?.recorded ?? 0
		for (let i = 0; i < 10; i++) task('job', () => {})
		await vi.waitFor(() => expect([reported(), left()]).toEqual([1, 1]), { timeout: 50_000 })
		trace.sampleTasks(false)
		for (let i = 0; i < 3; i++) task('other', () => {})
		await vi.waitFor(() => expect([reported(), left()]).toEqual([2, 2]), { timeout: 50_000 })
		trace.stop()
		// The next one records all.
		expect(task('after', inside => inside)).toBe(null)
		const found = await signals(chunks)
		expect(argsOf(found, 'traceSampling').map(({ tasks, why }) => [tasks, why])).toEqual([
			['every 5', 'startTrace'],
			['none', 'changed'],
		])
		expect(argsOf(found, 'traceTasksLeftOut')).toEqual([
			{ name: 'job', begun: 10, left: 8 },
			{ name: 'other', begun: 3, left: 3 },
		])
		expect(argsOf(found, 'traceTaskBegin')).toHaveLength(2)
		expect(argsOf(found, 'traceTaskEnd')).toHaveLength(2)
		using heard = hear(/TaskBegin/)
		task('later', () => {})
		expect(heard.take()).toHaveLength(1)
	})
})

describe('a budget', () => {
	it('is kept by less exact levels, one at a time, and never left below the last', () => {
		const budget = new Budget(0.05, 'exact')
		expect(budget.second(40, 1000)).toBe(null)
		const steps = Array.from({ length: 5 }, () => [budget.second(100, 1000), budget.level])
		expect(steps.map(([, level]) => level)).toEqual(['coarse', 'tasks', 'off', 'off', 'off'])
		expect(steps[0]![0]).toBe('budget: it cost 10 % of the busy time, more than 5.0 %')
		expect(steps[3]![0]).toBe(null)
	})

	it('lets the next level be tried when it was cheap for long, and for longer after it was too much', () => {
		const budget = new Budget(0.05, 'exact')
		budget.second(100, 1000)
		const calm = (): number => {
			for (let i = 1; ; i++) if (budget.second(1, 1000) !== null) return i
		}
		expect(calm()).toBe(10)
		expect(budget.level).toBe('exact')
		budget.second(100, 1000)
		expect([budget.level, calm(), budget.level]).toEqual(['coarse', 20, 'exact'])
		// Seconds in which the thread did nothing say nothing.
		expect(budget.second(10, 10)).toBe(null)
	})

	it('never goes beyond what was asked for', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...levels),
				fc.array(
					fc.record({
						cost: fc.double({ min: 0, max: 2000, noNaN: true }),
						busy: fc.double({ min: 0, max: 1000, noNaN: true }),
					}),
					{
						maxLength: 200,
					},
				),
				(most, seconds) => {
					const budget = new Budget(0.05, most)
					let at = levels.indexOf(most)
					for (const { cost, busy } of seconds) {
						const why = budget.second(cost, busy)
						const now = levels.indexOf(budget.level)
						expect(Math.abs(now - at)).toBe(why === null ? 0 : 1)
						expect(now).toBeGreaterThanOrEqual(levels.indexOf(most))
						at = now
					}
				},
			),
			{ numRuns: 100 },
		)
	})

	it('that nothing can keep ends with no tasks, step by step, as the trace says', async () => {
		const canStates = whyNoStates() === null
		const chunks: Uint8Array[] = []
		const trace = startTrace({
			to: chunk => chunks.push(chunk),
			events: [],
			budget: 1e-9,
			...(canStates && { states: 'exact' as const }),
		})
		const expected = canStates ? ['exact', 'coarse', 'tasks', 'off'] : ['tasks', 'off']
		let over = false
		const load = (async () => {
			while (!over) {
				for (let i = 0; i < 500; i++) await task('job', async () => Promise.resolve())
				await sleep(1)
			}
		})()
		const reported = (): number => trace.stats.events['@tsgotrace/exec/sampling:traceSampling']?.recorded ?? 0
		await vi.waitFor(() => expect(reported()).toBe(expected.length), { timeout: 50_000, interval: 100 })
		over = true
		await load
		const before = trace.stats.events['@tsgotrace/exec/tasks:traceTaskBegin']!.recorded
		await task('left out', () => sleep(1))
		expect(trace.stats.events['@tsgotrace/exec/tasks:traceTaskBegin']!.recorded).toBe(before)
		trace.stop()
		const all = argsOf(await signals(chunks), 'traceSampling')
		// Node 20 and 22 cannot follow states.
		expect(all.map(({ level }) => level).slice(canStates ? 0 : 1)).toEqual(canStates ? expected : ['off'])
		for (const { why } of all.slice(1)) expect(why).toMatch(/^budget: it cost .* of the busy time, more than /)
		using heard = hear(/TaskBegin/)
		task('later', () => {})
		expect(heard.take()).toHaveLength(1)
	})

	it('reports what following tasks has cost, to the end of the trace', async () => {
		const chunks: Uint8Array[] = []
		const trace = startTrace({ to: chunk => chunks.push(chunk), budget: 1 })
		for (let i = 0; i < 200; i++) await task('job', async () => Promise.resolve())
		trace.stop()
		const all = argsOf(await signals(chunks), 'traceFollowCost')
		expect(all.length).toBeGreaterThan(0)
		const sum = (name: string): number => all.reduce((total, args) => total + Number(args[name]), 0)
		expect(sum('ms')).toBeGreaterThan(0)
		expect(sum('busy')).toBeGreaterThan(0)
	})

	it.each([0, -1, 2, Number.NaN, '5%'])('%j is refused', budget => {
		expect(() => startTrace({ to: () => {}, budget: budget as number })).toThrow(
			/'budget' must be a share of the time from 0 to 1, such as 0.05/,
		)
		startTrace({ to: () => {} }).stop()
	})
})

async function signals(chunks: readonly Uint8Array[]): Promise<TraceSignal[]> {
	const found: TraceSignal[] = []
	for await (const items of readTrace(Buffer.concat(chunks)).batches())
		for (const item of items)
			if (item.type === 'instant' || item.type === 'begin' || item.type === 'end') found.push(item)
	return found
}

function argsOf(found: readonly TraceSignal[], name: string): Record<string, unknown>[] {
	return found.filter(({ id }) => id.endsWith(`:${name}`)).map(({ args }) => ({ ...args }))
}
