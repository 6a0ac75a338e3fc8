// Samples of stacks: an event with a parameter `stack` whose name ends in Sample is a sample of the thread, as Perfetto
// has those of profilers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { readTrace, type TraceItem, type TraceSample } from '@tsgotrace/trace/read'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const sample = declare('samples:traceCpuSample', 'ms: number', 'stack: readonly Frame[]', 'task: string', 'ago: number')
const pad = declare('samples:tracePad', 'text: string')
const notOne = declare('samples:traceResample', 'stack: string', 'n: number')

const dir = mkdtempSync(join(tmpdir(), 'samples-'))
afterAll(() => rmSync(dir, { recursive: true }))

interface Frame {
	readonly name: string
	readonly file: string
	readonly line: number
	readonly column: number
}

const place = fc.integer({ min: 0, max: 5000 })
const frame: fc.Arbitrary<Frame> = fc.record({
	name: fc.oneof(fc.constantFrom('', 'handle', 'get value', 'a'), fc.string({ unit: 'grapheme', maxLength: 12 })),
	file: fc.constantFrom('', '/app/server.js', '/app/with space:1.js', 'node:fs'),
	line: place,
	column: place,
})
const stacks = fc.array(
	fc.oneof(
		{ weight: 3, arbitrary: fc.array(frame, { maxLength: 8 }) },
		{
			weight: 1,
			arbitrary: fc.constantFrom<Frame[]>([{ name: 'hot', file: '/app/server.js', line: 1, column: 2 }], []),
		},
	),
	{ maxLength: 40 },
)

async function samplesOf(trace: Uint8Array): Promise<{ samples: TraceSample[]; items: TraceItem[] }> {
	const items: TraceItem[] = []
	for await (const batch of readTrace(trace).batches()) items.push(...batch)
	return { samples: items.filter(item => item.type === 'sample'), items }
}

describe('samples', () => {
	it('are read as they were reported, however often a state begins anew', async () => {
		await fc.assert(
			fc.asyncProperty(stacks, fc.boolean(), async (all, padded) => {
				const { rec: recorder, bytes: trace } = collect({ events: 'samples:*' })
				for (const [i, stack] of all.entries()) {
					sample(i, stack, `task ${i % 3}`, 0)
					// More than the memory has room for.
					if (padded) for (let n = 0; n < 20; n++) pad(`${i} ${n} `.padEnd(1000, 'x'))
				}
				recorder.stop()
				const { samples } = await samplesOf(trace())
				expect(samples.map(({ stack }) => stack)).toEqual(all)
				expect(samples.map(({ args }) => ({ ...args }))).toEqual(all.map((_, i) => ({ ms: i, task: `task ${i % 3}` })))
				expect(recorder.stats.events['samples:traceCpuSample']?.recorded).toBe(all.length)
			}),
			{ numRuns: 30 },
		)
	})

	it('are on the thread, at the time when they were taken, and Perfetto has them with their stacks', async () => {
		const { rec: recorder, bytes: trace } = collect({ events: 'samples:*' })
		const work = { name: 'work', file: '/app/a.js', line: 3, column: 7 }
		const main = { name: 'main', file: '/app/a.js', line: 1, column: 1 }
		const other = { name: '', file: '', line: 0, column: 0 }
		const waited = performance.now() + 40
		while (performance.now() < waited);
		sample(10, [work, main], 'a', 20)
		sample(10, [work, main], 'a', 10)
		sample(5, [other], 'b', 0)
		recorder.stop()
		const { samples, items } = await samplesOf(trace())
		expect(samples.map(({ id, category, name, track: { kind, tid } }) => [id, category, name, kind, tid])).toEqual(
			Array.from({ length: 3 }, () => ['samples:traceCpuSample', 'samples', 'traceCpuSample', 'thread', process.pid]),
		)
		const [a, b, c] = samples.map(({ time }) => time)
		expect(b! - a!).toBeGreaterThan(9e6)
		expect(c! - b!).toBeGreaterThan(9e6)
		expect(items.find(item => item.type === 'declaration' && item.id === 'samples:traceCpuSample')).toMatchObject({
			as: 'sample',
		})
		const { faults, rows } = await loadTrace(trace(), {
			samples: 'select s.ts, t.tid, s.cpu_mode from perf_sample s join thread t using (utid) order by s.ts',
			frames: `select f.name, m.name as file, c.depth from perf_sample s join stack_profile_callsite c on c.id = s.callsite_id
				join stack_profile_frame f on f.id = c.frame_id join stack_profile_mapping m on m.id = f.mapping order by s.ts`,
		})
		expect(faults).toEqual([])
		expect(rows['samples']).toHaveLength(3)
		expect(rows['samples']!.every(row => Number(row['tid']) === process.pid && row['cpu_mode'] === 'user')).toBe(true)
		expect(rows['frames']!.map(row => [row['name'], row['file'], Number(row['depth'])])).toEqual([
			['work', '/app/a.js', 1],
			['work', '/app/a.js', 1],
			['', '/[built in]', 0],
		])
	})

	it('are in rings and in each of their chunks', async () => {
		const recorder = record({ to: { ring: 256 * 1024, signal: false }, events: 'samples:*' })
		const stack = [{ name: 'work', file: '/app/a.js', line: 3, column: 7 }]
		for (let i = 0; i < 2000; i++) {
			sample(i, stack, 'a', 0)
			pad(`${i} `.padEnd(300, 'x'))
		}
		const path = await recorder.dump(join(dir, 'ring.perfetto-trace'))
		recorder.stop()
		const { samples } = await samplesOf(readFileSync(path))
		expect(samples.length).toBeGreaterThan(100)
		expect(samples.at(-1)!.args['ms']).toBe(1999)
		expect(samples.every(sample => sample.stack.length === 1 && sample.stack[0]!.name === 'work')).toBe(true)
		expect((await loadTrace(path)).faults).toEqual([])
	})

	it('have no more frames and stacks in memory than a state may have', async () => {
		const { rec: recorder, bytes: trace } = collect({ events: 'samples:*' })
		for (let i = 0; i < 20_000; i++)
			sample(i, [{ name: `f${i}`, file: `/app/${i % 7}.js`, line: i, column: 1 }], 'a', 0)
		recorder.stop()
		const { samples } = await samplesOf(trace())
		expect(samples.map(({ stack }) => stack[0]?.name)).toEqual(Array.from({ length: 20_000 }, (_, i) => `f${i}`))
	})

	it('without a stack are events; no getter and no trap of a Proxy runs', async () => {
		const { rec: recorder, bytes: trace } = collect({ events: 'samples:*' })
		const bad = (): never => {
			throw new Error('was called')
		}
		const getter = Object.defineProperty({}, 'name', { get: bad, enumerable: true })
		const proxy = new Proxy({}, { get: bad, getOwnPropertyDescriptor: bad, ownKeys: bad })
		for (const stack of [undefined, 'text', 1, proxy, [proxy], [1], [null]]) sample(1, stack, 'a', 0)
		sample(2, [getter, { name: 5, file: {}, line: -1, column: 1e300 }], 'b', 'soon')
		notOne('x', 1)
		recorder.stop()
		const { samples, items } = await samplesOf(trace())
		expect(items.filter(({ type }) => type === 'instant')).toHaveLength(8)
		expect(samples.map(({ stack }) => stack)).toEqual([
			[
				{ name: '', file: '', line: 0, column: 0 },
				{ name: '', file: '', line: 0, column: 0 },
			],
		])
		expect(recorder.stats.failed).toBe(0)
	})

	it('are redacted as other arguments are', async () => {
		const { rec: recorder, bytes: trace } = collect({ events: 'samples:*', redact: { 'samples:*': ['stack', 'task'] } })
		sample(1, [{ name: 'secret', file: '', line: 0, column: 0 }], 'secret', 0)
		recorder.stop()
		const { samples, items } = await samplesOf(trace())
		expect(samples).toEqual([])
		expect(items.filter(({ type }) => type === 'instant')).toHaveLength(1)
		expect(Buffer.from(trace()).includes('secret')).toBe(false)
	})
})
