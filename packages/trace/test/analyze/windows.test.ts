import { Analyzer, WindowAnalyzer, type WindowReport, windowsOf } from '@tsgotrace/trace/analyze'
import { slicesOf, type TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { programs } from '../go/programs.js'
import { inPieces, Program } from '../items.js'
import { nullStreams } from './nullstreams.js'
import { Random } from './sim.js'

const second = 1e9

async function all(trace: TraceBatches, options: { width?: number; disorder?: number } = {}): Promise<WindowReport[]> {
	const windows: WindowReport[] = []
	for await (const window of windowsOf(trace, options)) windows.push(window)
	return windows
}

/** Requests of one name that take what `took` says, so many in each second. */
function requests(
	windows: number,
	many: (window: number) => number,
	took: (window: number) => number,
	failed: (window: number) => number = () => 0,
): Program {
	const program = new Program()
	let id = 0
	for (let window = 0; window < windows; window++)
		for (let i = 0, n = many(window); i < n; i++) {
			const at = window * second + (i * second) / n
			const end = program.task(at, ++id, 'GET /item', { kind: 'request' })
			end(Math.min(at + took(window), (window + 1) * second - 1), 'returned', i < failed(window) ? '500' : '200')
		}
	program.signal('instant', windows * second, 'app:tick')
	return program
}

describe('windows of a trace', () => {
	it('count what ended in each, and what is open at its end', async () => {
		const program = new Program()
		program.task(0.1 * second, 1, 'a')(0.4 * second)
		program.task(0.5 * second, 2, 'a')(1.5 * second, 'threw', 'Error: no')
		program.task(1.2 * second, 3, 'b')
		program.count(0.3 * second, '@tsgotrace/exec/thread:traceLoopBusyCount', 40)
		program.count(0.6 * second, '@tsgotrace/exec/thread:traceLoopBusyCount', 60)
		program.count(1.6 * second, '@tsgotrace/exec/thread:traceLoopDelayCount', 12)
		program.done(1.7 * second, '@tsgotrace/exec/thread:traceGcDone', { ms: 3, kind: 'minor' })
		program.signal('instant', 3.5 * second, 'app:tick')
		const windows = await all(program.trace(2))
		const short = windows.map(({ number, start, end, events, groups }) => ({
			window: [number, start / second, end / second, events],
			groups: groups.map(({ name, count, open, errors, wall }) => [name, count, open, errors, wall.p50 / second]),
		}))
		expect(short).toEqual([
			{ window: [0, 0, 1, 5], groups: [['a', 1, 1, 0, 0.3]] },
			{
				window: [1, 1, 2, 4],
				groups: [
					['a', 1, 0, 1, 1],
					['b', 0, 1, 0, 0],
				],
			},
			{ window: [2, 2, 3, 0], groups: [['b', 0, 1, 0, 0]] },
			{ window: [3, 3, 4, 1], groups: [['b', 0, 1, 0, 0]] },
		])
		expect(windows[0]!.threads).toEqual([{ process: '42', thread: 'main', busy: 50, delay: null, gc: null }])
		expect(windows[1]!.threads).toEqual([{ process: '42', thread: 'main', busy: null, delay: 12e6, gc: 3e6 }])
	})

	it('have the sums, and at the end the report, of the whole trace, in whatever order and pieces the items come', async () => {
		await fc.assert(
			fc.asyncProperty(
				programs,
				fc.integer({ min: 1, max: 50 }),
				fc.integer({ min: 1, max: 50 }),
				async (made, size, parts) => {
					const whole = new Analyzer()
					for await (const batch of slicesOf(inPieces(made, 1000)).batches()) whole.take(batch)
					const expected = whole.report({ wallStart: null })
					const windows = new WindowAnalyzer({ width: Math.max(1, expected.window.to / parts) })
					const reports: WindowReport[] = []
					let last = 0
					for await (const items of inPieces(made, size).batches()) {
						windows.take(items)
						last = items.at(-1)!.time ?? last
					}
					reports.push(...windows.advance(last / 2), ...windows.end())
					expect(windows.report({ wallStart: null })).toEqual(expected)
					for (const kind of ['task', 'call', 'region', 'slice'] as const) {
						const sums = new Map<string, [number, number]>()
						for (const { groups } of reports)
							for (const { name, count, wall } of groups.filter(group => group.kind === kind && group.count > 0)) {
								const [n, total] = sums.get(name) ?? [0, 0]
								sums.set(name, [n + count, total + wall.total])
							}
						const groups = {
							task: expected.tasks,
							call: expected.calls,
							region: expected.regions,
							slice: expected.slices,
						}[kind]
						const counted = groups.filter(({ count }) => count > 0)
						expect(sums.size).toBe(counted.length)
						for (const { name, count, wall } of counted) {
							expect(sums.get(name)![0]).toBe(count)
							expect(sums.get(name)![1]).toBeCloseTo(wall.total, 3)
						}
					}
				},
			),
			{ numRuns: runs(20, 1000) },
		)
	})

	it('count what comes after the report of its window in the next one, and say how much that is', () => {
		const program = new Program()
		program.task(0.1 * second, 1, 'a')(0.4 * second)
		program.signal('instant', 1.1 * second, 'app:tick')
		const windows = new WindowAnalyzer()
		windows.take(program.items)
		expect(windows.advance(1 * second).map(({ late, events }) => ({ late, events }))).toEqual([{ late: 0, events: 2 }])
		const other = new Program({ pid: 43 })
		other.task(0.2 * second, 1, 'b')(0.7 * second)
		windows.take(other.items)
		expect(windows.advance(2 * second)).toMatchObject([{ late: 2, events: 3, groups: [{ name: 'b', count: 1 }] }])
	})

	it('pass over a long time without anything', async () => {
		const program = new Program()
		program.signal('instant', 0, 'app:tick')
		program.signal('instant', 1e6 * second, 'app:tick')
		const windows = await all(program.trace())
		expect(windows.length).toBeLessThan(2000)
		expect(windows.at(-1)).toMatchObject({ start: 1e6 * second, events: 1 })
	})

	it('refuse a width that is none', () => {
		for (const width of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
			expect(() => new WindowAnalyzer({ width })).toThrow(
				`WindowAnalyzer: the width must be a positive number of nanoseconds, not ${width}`,
			)
	})
})

describe('anomalies', () => {
	const usually = 40

	it.each([
		['p50', 'longer', (w: number) => (w < usually ? 3e6 : 6e6), () => 100, () => 0],
		['p50', 'shorter', (w: number) => (w < usually ? 3e6 : 1.5e6), () => 100, () => 0],
		['rate', 'fewer', () => 3e6, (w: number) => (w < usually ? 100 : 30), () => 0],
		['rate', 'none', () => 3e6, (w: number) => (w < usually ? 100 : 0), () => 0],
		['rate', 'more', () => 3e6, (w: number) => (w < usually ? 100 : 220), () => 0],
		['errors', 'some', () => 3e6, () => 100, (w: number) => (w < usually ? 0 : 30)],
	] as const)('%s: %s', async (what, _, took, many, failed) => {
		const random = new Random(5)
		const noisy = (w: number): number => took(w) * Math.exp(random.between(-0.3, 0.3))
		const windows = await all(requests(usually + 3, many, noisy, failed).trace())
		const found = windows.flatMap(({ number, anomalies }) => anomalies.map(anomaly => ({ number, ...anomaly })))
		expect(found.map(({ number, windows: row, name, what: of }) => [number, row, name, of])).toEqual(
			[0, 1, 2].map(i => [usually + i, i + 1, 'GET /item', what]),
		)
	})

	it('p99, of what has enough for one', async () => {
		const random = new Random(5)
		let nth = 0
		const took = (w: number): number =>
			++nth % 20 === 0 && w >= usually ? 80e6 : 3e6 * Math.exp(random.between(-0.3, 0.3))
		const windows = await all(requests(usually + 2, () => 400, took).trace())
		const found = windows.flatMap(({ number, anomalies }) =>
			anomalies.map(({ what, value, usual }) => [number, what, Math.round(value / usual) > 10]),
		)
		expect(found).toEqual([
			[usually, 'p99', true],
			[usually + 1, 'p99', true],
		])
	})

	it('are rare where nothing changes: fewer than 1 in 10,000 numbers on each kind of stream, and 1 in 50,000 of all', () => {
		const counts = nullStreams(runs(600, 6000))
		for (const [kind, { numbers, alarms }] of counts)
			expect(alarms, `${kind}: ${alarms} of ${numbers}`).toBeLessThanOrEqual(1 + numbers / 10_000)
		const sum = (of: 'numbers' | 'alarms'): number => [...counts.values()].reduce((total, it) => total + it[of], 0)
		expect(sum('alarms'), `${sum('alarms')} of ${sum('numbers')}`).toBeLessThanOrEqual(3 + sum('numbers') / 50_000)
	}, 600_000)
})
