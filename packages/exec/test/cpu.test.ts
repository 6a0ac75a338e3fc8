// Samples of V8's profiler in a trace.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { task } from '@tsgotrace/exec'
import { startTrace, type Trace } from '@tsgotrace/exec/control'
import { readTrace, type TraceSample } from '@tsgotrace/trace/read'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { intervalOf } from '../src/cpu/options.js'
import { framesOf } from '../src/cpu/stacks.js'
import { RunHistory } from '../src/states/runs.js'
import { whyNoStates } from '../src/states/support.js'
import type { Task } from '../src/tasks/task.js'

// Processors may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 })

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-cpu-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function samplesOf(path: string): Promise<TraceSample[]> {
	const found: TraceSample[] = []
	for await (const items of readTrace(path).batches())
		for (const item of items) if (item.type === 'sample') found.push(item)
	return found
}

let sum = 0

function burning(ms: number): void {
	const used = (): number => process.cpuUsage().user + process.cpuUsage().system
	const began = used()
	// Time of the processor: others may have it.
	while (used() - began < ms * 1000) for (let i = 0; i < 1e5; i++) sum = (sum * 31 + i) | 0
}

/** Until there are some: on a busy machine the sampler comes late. */
async function burnt(trace: Trace, max = 20): Promise<void> {
	for (let i = 0; i < max && (trace.stats.events['@tsgotrace/exec/cpu:traceCpuSample']?.recorded ?? 0) < 5; i++) {
		burning(50)
		trace.flush()
		await new Promise(resolve => setTimeout(resolve))
	}
}

describe('CPU samples', () => {
	it('have the stack of what ran, and its task where states are followed', async () => {
		const canStates = whyNoStates() === null
		const to = join(dir, 'out.perfetto-trace')
		const trace = startTrace({ to, events: [], cpu: '1ms', ...(canStates && { states: 'exact' as const }) })
		await task('busy', () => burnt(trace))
		trace.stop()
		const samples = await samplesOf(to)
		const own = samples.filter(({ stack }) =>
			stack.some(({ name, file }) => name === 'burning' && file.endsWith('cpu.test.ts')),
		)
		expect(own.length).toBeGreaterThan(0)
		for (const { args, stack, track } of own) {
			expect(track.kind).toBe('thread')
			expect(args['ms']).toBeGreaterThanOrEqual(0)
			expect(args['state']).toBe('running')
			// The innermost function first.
			expect(stack.findIndex(({ name }) => name === 'burning')).toBeLessThan(
				stack.findIndex(({ name }) => name === 'burnt'),
			)
		}
		const tasks = new Set(own.map(({ args }) => args['name']))
		if (canStates) expect(tasks).toContain('busy')
		else expect(tasks).toEqual(new Set(['']))
	})

	it('that were not fetched yet are in what is dumped, and in what is stopped', async () => {
		const trace = startTrace({ to: { ring: 1 << 20, signal: false }, events: [], cpu: '1ms', tasks: false })
		for (let i = 0; i < 4; i++) burning(50)
		const path = await trace.dump(join(dir, 'dump.perfetto-trace'))
		trace.stop()
		expect((await samplesOf(path)).length).toBeGreaterThan(0)
		const to = join(dir, 'stopped.perfetto-trace')
		const other = startTrace({ to, events: [], cpu: '1ms', tasks: false })
		for (let i = 0; i < 4; i++) burning(50)
		other.stop()
		expect((await samplesOf(to)).length).toBeGreaterThan(0)
	})

	it.each([
		['10ms', 10_000],
		['0.5ms', 500],
		['500us', 500],
		['1s', 1_000_000],
	])('%s is an interval', (text, us) => expect(intervalOf(text)).toBe(us))

	it('of a profile have the outermost frame last, and no root', () => {
		const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
			id,
			callFrame: {
				functionName,
				url,
				scriptId: '1',
				lineNumber: url === '' ? -1 : id,
				columnNumber: url === '' ? -1 : 2,
			},
			children,
		})
		const nodes = [
			node(1, '(root)', '', [2]),
			node(2, 'main', 'file:///app/with%20space.js', [3]),
			node(3, '', 'node:fs', [4]),
			node(4, 'parse', ''),
		]
		const stack = framesOf(nodes, 128)(nodes[3]!)
		expect(
			stack.map(({ name, file, line, column }) => `${name} ${file.replaceAll('\\', '/')}:${line}:${column}`),
		).toEqual(['parse :0:0', '(anonymous) node:fs:4:3', expect.stringMatching(/^main .*\/app\/with space\.js:3:3$/)])
		expect(framesOf(nodes, 2)(nodes[3]!)).toHaveLength(2)
	})
})

describe('runs', () => {
	const [a, b] = [{ id: 1 }, { id: 2 }] as unknown as [Task, Task]

	it('give the task of a time, and null between two', () => {
		const runs = new RunHistory()
		runs.add(a, 1, 2)
		runs.add(b, 2, 3)
		runs.add(a, 5, 6)
		expect([0.5, 1, 1.5, 2.5, 4, 5.5, 6, 7].map(time => runs.at(time)?.id)).toEqual([
			undefined,
			1,
			1,
			2,
			undefined,
			1,
			1,
			undefined,
		])
		runs.clear()
		expect(runs.at(1.5)).toBe(null)
		runs.add(b, 8, 9)
		expect([1.5, 8.5].map(time => runs.at(time)?.id)).toEqual([undefined, 2])
	})

	it('that are many are forgotten from the oldest on', () => {
		const runs = new RunHistory()
		for (let i = 0; i < 100_000; i++) runs.add(i % 2 === 0 ? a : b, i, i + 0.5)
		expect(runs.at(10.2)).toBe(null)
		expect([99_998.2, 99_999.2].map(time => runs.at(time)?.id)).toEqual([1, 2])
	})
})
