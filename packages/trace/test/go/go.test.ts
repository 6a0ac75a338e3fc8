// Execution traces of Go, by a checker of their rules. The matrix has Go's own tools read them.
import { type GoTraceOptions, goTrace, goVersions } from '@tsgotrace/trace/export'
import type { TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { inPieces, Program } from '../items.js'
import { type Checked, checkGoTrace } from './check.js'
import { traces } from './programs.js'
import { scheduled } from './scheduled.js'

async function bytesOf(trace: TraceBatches, options: GoTraceOptions = {}): Promise<Buffer> {
	const chunks: Uint8Array[] = []
	for await (const chunk of goTrace(options)(trace)) chunks.push(chunk as Uint8Array)
	return Buffer.concat(chunks)
}

const checked = async (trace: TraceBatches, options?: GoTraceOptions): Promise<Checked> =>
	checkGoTrace(await bytesOf(trace, options))

/** Two requests at once; one of them queries, and gets its route late. */
function shop(): Program {
	const it = new Program()
	const first = it.task(1000, 1, 'GET /item/:id', { kind: 'request' })
	const second = it.task(2000, 2, 'GET /cart', { kind: 'request' })
	const query = it.region(3000, 3, 'query', 1)
	it.signal('instant', 4000, '@tsgotrace/exec/tasks:traceLog', { key: 'sql', text: 'select 1', task: 1 })
	it.signal('instant', 5000, '@tsgotrace/exec/tasks:traceTaskName', { task: 2, name: 'GET /basket' })
	query(9000)
	first(10_000, 'returned', '200')
	const job = it.task(11_000, 4, 'job', { parent: 2 })
	job(12_000, 'threw', 'Error: no')
	second(20_000, 'aborted')
	return it
}

describe('an execution trace of Go', () => {
	it('has tasks as goroutines and user tasks, regions, logs', async () => {
		const { goroutines, tasks, regions, logs, version, generations } = await checked(shop().trace())
		expect([version, generations]).toEqual([23, 1])
		const of = (name: string): object | undefined => goroutines.find(goroutine => goroutine.name === name)
		expect(of('GET /item/:id')).toMatchObject({ ended: true, time: { running: expect.closeTo(9000, -2) as number } })
		expect(of('query')).toMatchObject({ ended: true, time: { running: expect.closeTo(6000, -2) as number } })
		expect(of('42/main')).toMatchObject({ ended: false })
		expect(tasks.map(({ id, parent, name }) => [id, parent, name])).toEqual([
			[1, 0, 'GET /item/:id'],
			[2, 0, 'GET /basket'],
			[4, 2, 'job'],
		])
		expect(tasks.map(({ begin, end }) => Math.round((end! - begin) / 100))).toEqual([90, 180, 10])
		expect(regions).toMatchObject([{ task: 1, name: 'query' }])
		expect(logs).toContainEqual({ task: 1, key: 'sql', value: 'select 1', goroutine: 'GET /item/:id' })
		expect(logs).toContainEqual(
			expect.objectContaining({ task: 4, key: 'end', value: 'task=4 how="threw" detail="Error: no"' }),
		)
	})

	it('names a goroutine by the route that its task gets later', async () => {
		const names = (await checked(shop().trace())).goroutines.map(({ name }) => name)
		expect(names).toContain('GET /basket')
		expect(names).not.toContain('GET /cart')
	})

	it('labels a goroutine when its name has been handed out already', async () => {
		const it = new Program()
		const end = it.task(0, 1, 'GET /cart', { kind: 'request' })
		it.signal('instant', 1.5e9, 'shop:traceRow')
		it.signal('instant', 1.6e9, '@tsgotrace/exec/tasks:traceTaskName', { task: 1, name: 'GET /basket' })
		end(3e9)
		const { counts, logs, generations } = await checked(it.trace(1))
		expect(generations).toBeGreaterThan(1)
		expect(counts['GoLabel']).toBe(1)
		expect(logs).toContainEqual({ task: 1, key: 'name', value: 'GET /basket', goroutine: 'GET /cart' })
	})

	it('has nested slices of a thread as regions, also those that never end', async () => {
		const it = new Program()
		it.signal('begin', 1000, 'shop:traceOuterBegin')
		it.signal('begin', 2000, 'shop:traceInnerBegin')
		it.signal('end', 3000, 'shop:traceOuterEnd')
		it.signal('begin', 4000, 'shop:traceOuterBegin')
		const { regions, goroutines } = await checked(it.trace())
		expect(regions.map(({ name, begin, end }) => [name, end - begin])).toEqual([
			['shop:traceInner', 1000],
			['shop:traceOuter', 2000],
		])
		expect(goroutines).toHaveLength(1)
	})

	it('has collections and the heap', async () => {
		const it = new Program()
		it.signal('instant', 1e6, 'shop:traceRow')
		it.count(2e6, '@tsgotrace/exec/thread:traceHeapUsedCount', 5e6)
		it.done(9e6, '@tsgotrace/exec/thread:traceGcDone', { kind: 'scavenge', ms: 2, ago: 0, forced: false })
		it.done(19e6, '@tsgotrace/exec/thread:traceGcDone', { kind: 'major', ms: 4, ago: 0, forced: false })
		const { counts } = await checked(it.trace())
		expect(counts).toMatchObject({ STWBegin: 2, STWEnd: 2, GCBegin: 1, GCEnd: 1, HeapAlloc: 1 })
	})

	it('keeps tasks of several processes apart', async () => {
		const [a, b] = [new Program({ pid: 1 }), new Program({ pid: 2 })]
		for (const it of [a, b]) it.task(1000, 7, 'job')(5000)
		const { tasks } = await checked(inPieces([a, b]))
		expect(new Set(tasks.map(({ id }) => id)).size).toBe(2)
		expect(tasks.map(({ name }) => name)).toEqual(['job', 'job'])
	})

	it('ends a generation each second, and keeps little', async () => {
		const it = new Program()
		for (let n = 0; n < 20_000; n++) it.task(n * 1e6, n + 1, `GET /${n % 5}`)((n + 1) * 1e6)
		const { generations, largest, tasks } = await checked(it.trace())
		expect(generations).toBeGreaterThan(15)
		expect(largest).toBeLessThan(200_000)
		expect(tasks).toHaveLength(20_000)
	})

	it('of an empty trace is its header', async () => {
		expect((await bytesOf(new Program().trace())).toString('latin1')).toBe('go 1.23 trace\0\0\0')
	})

	it('refuses versions that have no header', () => {
		expect(() => goTrace({ go: '1.24' as never })).toThrow(
			'There is no header of Go 1.24: choose 1.22, 1.23, 1.25, 1.26',
		)
	})

	it('follows the rules whatever is recorded, in each version', async () => {
		await fc.assert(
			fc.asyncProperty(traces, fc.constantFrom(...goVersions), async (trace, go) => {
				await checked(trace, { go })
			}),
			{ numRuns: runs(150, 2000) },
		)
	})

	it('follows the rules whatever tasks do, and says what they did', async () => {
		await fc.assert(
			fc.asyncProperty(
				scheduled,
				fc.constantFrom(...goVersions),
				fc.constantFrom(1, 7, 1000),
				async ({ programs, sums, stops }, go, size) => {
					const { goroutines } = await checked(inPieces(programs, size), { go })
					const all: Record<string, number> = {}
					for (const { time } of goroutines)
						for (const [state, spent] of Object.entries(time)) all[state] = (all[state] ?? 0) + spent
					const sum = (...of: string[]): number => of.reduce((total, what) => total + (sums[what] ?? 0), 0)
					// A nanosecond here and there, as readers want times that differ.
					const near = (wanted: number): object =>
						expect.closeTo(wanted, -Math.log10(2 * 40 * (1 + stops) * (1 + programs.length))) as object
					expect({
						network: all['waiting:network'] ?? 0,
						pool: all['syscall'] ?? 0,
						sync: all['waiting:sync'] ?? 0,
						worker: all['waiting:chan receive'] ?? 0,
						timer: all['waiting:sleep'] ?? 0,
						runnable: all['runnable'] ?? 0,
					}).toEqual({
						network: near(sum('net', 'child')),
						pool: near(sum('fs', 'dns', 'pool')),
						sync: near(sum('sync')),
						worker: near(sum('worker')),
						timer: near(sum('timer')),
						runnable: near(sum('runnable')),
					})
				},
			),
			{ numRuns: runs(150, 3000) },
		)
	})
})
