// What a search for arguments lets through, of tasks with states, regions and samples.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { readTrace, type TraceSample } from '@tsgotrace/trace/read'
import { type Slice, slicesOf, threadOf } from '@tsgotrace/trace/slices'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { declare } from '../../record/test/events.js'
import { Collector } from '../src/collect/collector.js'
import { packColumns, unpackColumns } from '../src/data/columns.js'
import type { Header } from '../src/data/header.js'
import { withArguments } from '../src/page/worker/filter.js'
import { cpu } from '../src/page/worker/flame.js'
import { Store } from '../src/page/worker/store.js'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-filter-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const tasks = '@tsgotrace/exec/tasks:'
const states = '@tsgotrace/exec/states:'
const event = {
	begin: declare(`${tasks}traceTaskBegin`, 'task: number', 'name: string', 'kind: string', 'parent: number'),
	end: declare(`${tasks}traceTaskEnd`, 'task: number', 'how: string', 'detail: string'),
	region: declare(`${tasks}traceRegionBegin`, 'region: number', 'name: string', 'task: number'),
	regionEnd: declare(`${tasks}traceRegionEnd`, 'region: number'),
	run: declare(`${states}traceRunDone`, 'ms: number', 'task: number', 'name: string', 'ago: number'),
	wait: declare(`${states}traceWaitDone`, 'ms: number', 'task: number', 'reason: string', 'runnable: number'),
}

/** @returns its duration in milliseconds */
function busy(ms: number): number {
	const from = performance.now()
	while (performance.now() < from + ms);
	return performance.now() - from
}

let store: Store
beforeAll(async () => {
	const to = join(dir, 'a.perfetto-trace')
	const recorder = record({ events: '@tsgotrace/exec/**', to })
	event.begin(1, 'GET /cart', 'request', 0)
	event.begin(2, 'GET /cart', 'request', 0)
	event.run(busy(0.2), 1, 'GET /cart', 0)
	event.region(1, 'render', 1)
	event.region(2, 'escape', 1)
	event.run(busy(1), 1, 'GET /cart', 0)
	event.wait(busy(2), 1, 'net', 0)
	event.regionEnd(2)
	event.regionEnd(1)
	event.wait(busy(0.2), 1, 'fs', 0)
	event.run(busy(2), 1, 'GET /cart', 0)
	event.end(1, 'returned', '200')
	event.run(busy(2), 2, 'GET /cart', 0)
	event.end(2, 'returned', '500')
	recorder.stop()
	const collector = new Collector(1000, text => Buffer.from(text))
	const runs = new Map<Slice, TraceSample>()
	for await (const batch of slicesOf(readTrace(to)).batches()) {
		collector.take(batch)
		for (const slice of batch.slices)
			if (slice?.ended === true && slice.id.endsWith('traceRunDone') && !runs.has(slice))
				runs.set(slice, {
					type: 'sample',
					time: (slice.start + slice.end) / 2,
					track: threadOf(slice.track),
					stack: [{ name: `f${runs.size}`, file: 'a.js', line: 1, column: 1 }],
					args: { ms: 0.001, task: slice.args['task'], name: 'GET /cart' },
				} as unknown as TraceSample)
	}
	for (const sample of runs.values())
		collector.take({ items: [sample], slices: [null], unfinished: [], unfinishedBy: [] })
	const page = collector.done()
	const header = { ...page, intervals: page.columns.start.length, detailsPerChunk: 1000 } as unknown as Header
	store = new Store(header, { ...page, columns: unpackColumns(packColumns(page.columns), header.intervals) })
})

/** What passes, by row. */
async function passing(name: string, value: string): Promise<Record<string, string[]>> {
	const { isIn } = await withArguments(store, [{ name, value }])
	store.only = isIn
	const all: Record<string, string[]> = {}
	for (const [i, passes] of isIn.entries()) {
		if (passes === 0) continue
		const { row, name: of } = store.found(i)
		;(all[store.row(row).label] ??= []).push(store.header.names[of]!)
	}
	for (const names of Object.values(all)) names.sort()
	return all
}

it('a task has its states and regions, what its thread ran, and the samples of that', async () => {
	expect(await passing('task', '2')).toEqual({
		main: ['run:GET /cart'],
		'CPU samples of main': ['cpu:f3'],
		'GET /cart': ['GET /cart', 'state:running'],
	})
	expect(cpu(store, true, 0, 1e12, null).children.flatMap(({ children }) => children.map(one => one.name))).toEqual([
		'f3 a.js:1',
	])
	expect(await passing('detail', '200')).toEqual({
		main: ['run:GET /cart', 'run:GET /cart', 'run:GET /cart'],
		'CPU samples of main': ['cpu:f0', 'cpu:f1', 'cpu:f2'],
		'GET /cart': [
			'GET /cart',
			'escape',
			'render',
			'state:fs',
			'state:net',
			'state:running',
			'state:running',
			'state:running',
		],
	})
})

it('a region has what is within it, the states meanwhile, and its task', async () => {
	expect(await passing('name', 'render')).toEqual({
		main: ['run:GET /cart'],
		'CPU samples of main': ['cpu:f1'],
		'GET /cart': ['GET /cart', 'escape', 'render', 'state:net', 'state:running'],
	})
})

it('a state is in its task, and has nothing within it', async () => {
	expect(await passing('reason', 'net')).toEqual({ 'GET /cart': ['GET /cart', 'state:net'] })
})

it('what nothing has lets nothing through', async () => {
	expect(await passing('task', '3')).toEqual({})
	expect(cpu(store, true, 0, 1e12, null).value).toBe(0)
})
