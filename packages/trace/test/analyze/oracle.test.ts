// Sums of an analysis, against the same computed from all items at once, in the simplest way.
import { analyze, type GroupReport } from '@tsgotrace/trace/analyze'
import type { TraceItem } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { distinct, programs } from '../go/programs.js'
import { inPieces, Program } from '../items.js'

interface Interval {
	readonly kind: string
	name: string
	readonly from: number
	readonly to: number | null
	readonly how: string | null
}

const kinds: Record<string, [kind: string, name: string]> = {
	'@tsgotrace/exec/tasks:traceTaskBegin': ['task', 'name'],
	'@tsgotrace/exec/tasks:traceRegionBegin': ['region', 'name'],
	'@tsgotrace/exec/auto:traceCallBegin': ['call', 'target'],
}

/**
 * What was open from when to when: ends close the innermost of their name on their track, and what is within that has
 * no end.
 */
function intervals(items: readonly TraceItem[]): { ended: Interval[]; open: Interval[] } {
	const stacks = new Map<unknown, { item: Extract<TraceItem, { args: unknown }>; name: string; kind: string }[]>()
	const ended: Interval[] = []
	for (const item of items) {
		if ('id' in item && item.id === '@tsgotrace/exec/thread:traceGcDone') continue
		if (item.type === 'instant' && item.id === '@tsgotrace/exec/tasks:traceTaskName') {
			// The task of this id that began last, if it is still open.
			let latest: {
				item: { time: number; args: Record<string, unknown>; track: { process: unknown } }
				name: string
				kind: string
			} | null = null
			for (const stack of stacks.values())
				for (const open of stack)
					if (
						open.kind === 'task' &&
						open.item.args['task'] === item.args['task'] &&
						open.item.track.process === item.track.process
					)
						latest = open
			if (latest !== null) latest.name = item.args['name'] as string
		}
		if (item.type === 'begin') {
			const [kind, arg] = kinds[item.id] ?? ['slice', '']
			const name = kind === 'slice' ? `${item.category}:${item.name}` : (item.args[arg] as string)
			const stack = stacks.get(item.track) ?? []
			stacks.set(item.track, stack)
			stack.push({ item, name, kind })
		}
		if (item.type === 'end') {
			const stack = stacks.get(item.track) ?? []
			const at = stack.findLastIndex(open => open.item.name === item.name && open.item.category === item.category)
			if (at === -1) continue
			const open = stack[at]!
			stack.length = at
			ended.push({
				kind: open.kind,
				name: open.name,
				from: open.item.time,
				to: item.time,
				how: (item.args['how'] as string) ?? null,
			})
		}
	}
	const open = [...stacks.values()]
		.flat()
		.map(({ kind, name, item }) => ({ kind, name, from: item.time, to: null, how: null }))
	return { ended, open }
}

function groupsOf(list: readonly Interval[]): Map<string, Interval[]> {
	const groups = new Map<string, Interval[]>()
	for (const interval of list) {
		const key = `${interval.kind} ${interval.name}`
		groups.set(key, [...(groups.get(key) ?? []), interval])
	}
	return groups
}

describe('an analysis', () => {
	it('counts, adds up and takes quantiles as all items at once do', async () => {
		await fc.assert(
			fc.asyncProperty(distinct, fc.constantFrom(1, 5, 1000), async (list, size) => {
				const trace = inPieces(list, size)
				const items: TraceItem[] = []
				for await (const batch of inPieces(list).batches()) items.push(...batch)
				const { ended, open } = intervals(items)
				const report = await analyze(trace)
				const reported = new Map<string, GroupReport>()
				for (const [kind, groups] of [
					['task', report.tasks],
					['region', report.regions],
					['call', report.calls],
					['slice', report.slices],
				] as const)
					for (const group of groups) reported.set(`${kind} ${group.name}`, group)
				const expected = groupsOf(ended)
				for (const [key, group] of expected) {
					const durations = group.map(({ from, to }) => to! - from).sort((a, b) => a - b)
					const at = (share: number): number => durations[Math.max(0, Math.ceil(share * durations.length) - 1)]!
					expect([key, reported.get(key)]).toMatchObject([
						key,
						{
							count: durations.length,
							wall: {
								p50: at(0.5),
								p90: at(0.9),
								p99: at(0.99),
								max: at(1),
								total: durations.reduce((a, b) => a + b, 0),
							},
						},
					])
				}
				for (const [key, group] of reported) expect([key, group.count]).toEqual([key, expected.get(key)?.length ?? 0])
				for (const [key, group] of groupsOf(open)) expect([key, reported.get(key)?.open]).toEqual([key, group.length])
				const happened = items.filter(item => 'track' in item && (item.type !== 'begin' || item.began === null))
				expect(report.window.events).toBe(happened.length)
				if (happened.length > 0)
					expect([report.window.from, report.window.to]).toEqual([happened[0]!.time, happened.at(-1)!.time])
			}),
			{ numRuns: runs(100, 1000) },
		)
	})

	it('is the same whatever pieces the trace comes in', async () => {
		await fc.assert(
			fc.asyncProperty(programs, async list => {
				expect(await analyze(inPieces(list, 1))).toEqual(await analyze(inPieces(list, 1000)))
			}),
			{ numRuns: runs(50, 500) },
		)
	})

	it('has the mean number of what was open at once', async () => {
		const it = new Program()
		it.task(0, 1, 'a')(10e6)
		it.task(5e6, 2, 'a')(10e6)
		it.task(20e6, 3, 'a')(40e6)
		const { concurrency, tasks } = await analyze(it.trace())
		expect(concurrency).toMatchObject({ of: 'tasks', max: 2 })
		const total = concurrency.mean.reduce((sum, mean) => sum + mean * concurrency.width, 0)
		expect(total).toBeCloseTo(35e6, -1)
		expect(tasks[0]!.concurrency).toEqual({ mean: 35 / 40, max: 2 })
	})
})

/** One thread that runs tasks, one after the other, as Node does: and what is reported of it. */
const schedules = fc.array(
	fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 50 }), fc.constantFrom('net', 'timer', 'sync', 'fs'), fc.nat(3)),
	{
		minLength: 1,
		maxLength: 80,
	},
)

describe('states', () => {
	it('add up to the wall time of tasks', async () => {
		await fc.assert(
			fc.asyncProperty(schedules, async steps => {
				const it = new Program()
				const sum = { wall: 0, running: 0, runnable: 0, waits: {} as Record<string, number>, tasks: 0 }
				interface Task {
					id: number
					begin: number
					stopped: number
					reason: string
					end: (time: number) => void
				}
				const tasks = new Map<number, Task>()
				let now = 1e6
				let id = 0
				// A run is reported when the next one begins.
				let report: (() => void) | null = null
				for (const [which, ms, reason, gap] of steps) {
					now += gap * 1e6
					report?.()
					let task = tasks.get(which)
					const begin = now
					if (task === undefined) {
						task = { id: ++id, begin: now, stopped: now, reason, end: it.task(now, id, 'job') }
						tasks.set(which, task)
					} else {
						const waited = (now - task.stopped) / 1e6
						const runnable = Math.min(waited, gap)
						it.done(now, '@tsgotrace/exec/states:traceWaitDone', {
							ms: waited,
							task: task.id,
							reason: task.reason,
							runnable,
						})
						sum.runnable += runnable * 1e6
						sum.waits[task.reason] = (sum.waits[task.reason] ?? 0) + (waited - runnable) * 1e6
					}
					now += ms * 1e6
					sum.running += ms * 1e6
					task.stopped = now
					task.reason = reason
					if (ms % 3 === 0) {
						task.end(now)
						tasks.delete(which)
						sum.wall += now - task.begin
						sum.tasks++
					}
					const { id: ran } = task
					report = () =>
						it.done(now, '@tsgotrace/exec/states:traceRunDone', {
							ms: (stop - begin) / 1e6,
							task: ran,
							name: 'job',
							ago: (now - stop) / 1e6,
						})
					const stop = now
				}
				report?.()
				// What has not ended is in no sum.
				for (const task of tasks.values()) task.end(now)
				const all = [...tasks.values()].length
				const { tasks: reports } = await analyze(it.trace(3))
				const states = reports[0]!.states!
				expect(states.tasks).toBe(sum.tasks + all)
				const waits = Object.values(states.waits).reduce((a, b) => a + b, 0)
				expect(states.running + states.runnable + waits + states.unaccounted).toBeCloseTo(states.wall, 0)
				expect(states.running).toBeCloseTo(sum.running, -1)
				expect(states.runnable).toBeCloseTo(sum.runnable, -1)
				for (const [reason, time] of Object.entries(sum.waits))
					expect([reason, Math.round(states.waits[reason]! / 10)]).toEqual([reason, Math.round(time / 10)])
				// All that is left is the last wait of those that ended without another run.
				expect(states.unaccounted).toBeGreaterThanOrEqual(-1)
			}),
			{ numRuns: runs(100, 1000) },
		)
	})

	it('say what collections took of what ran', async () => {
		const it = new Program()
		const end = it.task(0, 1, 'job')
		it.done(100e6, '@tsgotrace/exec/thread:traceGcDone', { ms: 20, kind: 'major', ago: 40, forced: false })
		it.done(110e6, '@tsgotrace/exec/states:traceRunDone', { ms: 60, task: 1, name: 'job', ago: 10 })
		it.done(120e6, '@tsgotrace/exec/thread:traceGcDone', { ms: 10, kind: 'scavenge', ago: 30, forced: false })
		end(130e6)
		const { tasks, threads } = await analyze(it.trace())
		// The first from 40 to 60 ms, the second from 80 to 90, in a run from 40 to 100.
		expect(tasks[0]!.states).toMatchObject({ running: 60e6, gc: 30e6 })
		expect(threads[0]!.gc).toEqual({ count: 2, total: 30e6, max: 20e6, kinds: { major: 1, scavenge: 1 } })
	})
})
