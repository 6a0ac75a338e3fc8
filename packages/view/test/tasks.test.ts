import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { declare } from '../../record/test/events.js'
import { type CollectedPage, Collector } from '../src/collect/collector.js'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-tasks-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const tasks = '@tsgotrace/exec/tasks:'
const states = '@tsgotrace/exec/states:'
const event = {
	begin: declare(`${tasks}traceTaskBegin`, 'task: number', 'name: string', 'kind: string', 'parent: number'),
	end: declare(`${tasks}traceTaskEnd`, 'task: number', 'how: string', 'detail: string'),
	name: declare(`${tasks}traceTaskName`, 'task: number', 'name: string'),
	region: declare(`${tasks}traceRegionBegin`, 'region: number', 'name: string', 'task: number'),
	regionEnd: declare(`${tasks}traceRegionEnd`, 'region: number'),
	run: declare(`${states}traceRunDone`, 'ms: number', 'task: number', 'name: string', 'ago: number'),
	wait: declare(`${states}traceWaitDone`, 'ms: number', 'task: number', 'reason: string', 'runnable: number'),
	gc: declare('@tsgotrace/exec/thread:traceGcDone', 'ms: number', 'kind: string', 'ago: number', 'forced: boolean'),
}

let collected: CollectedPage
beforeAll(async () => {
	const to = join(dir, 'a.perfetto-trace')
	const recorder = record({ events: '@tsgotrace/exec/**', to })
	event.begin(1, 'GET /items/7', 'request', 0)
	event.begin(2, 'GET /cart', 'request', 0)
	event.region(1, 'render', 1)
	event.region(2, 'escape', 1)
	event.regionEnd(2)
	event.regionEnd(1)
	event.wait(3, 1, 'net', 1)
	event.run(2, 1, 'GET /items/7', 0.5)
	event.gc(1, 'minor', 0, false)
	event.name(1, 'GET /items/:id')
	event.end(1, 'returned', '200')
	event.end(2, 'returned', '200')
	// Of a task without a begin.
	event.run(1, 99, 'other', 0)
	event.wait(1, 99, 'timer', 0)
	recorder.stop()
	const collector = new Collector(1000, text => Buffer.from(text))
	for await (const batch of slicesOf(readTrace(to)).batches()) collector.take(batch)
	collected = collector.done()
})

function ofRow(label: string): string[] {
	const { rows, columns, names } = collected
	const row = rows.findIndex(one => one.label === label)
	const lane = rows.slice(0, row).reduce((sum, { lanes }) => sum + lanes, 0)
	const all: string[] = []
	for (let i = columns.lanes[lane]!; i < columns.lanes[lane + rows[row]!.lanes]!; i++) {
		const took = columns.end[i]! - columns.start[i]!
		all.push(
			`${columns.depth[i]} ${names[columns.name[i]!]}${/^(state|run|gc)/.test(names[columns.name[i]!]!) ? ` ${Math.round(took / 1e3) / 1e3}` : ''}`,
		)
	}
	return all.sort()
}

it('a task is a row by its last name, with its states and regions below', () => {
	expect(ofRow('GET /items/:id')).toEqual([
		'0 GET /items/:id',
		'1 state:net 2',
		'1 state:runnable 1',
		'1 state:running 2',
		'2 render',
		'3 escape',
	])
	expect(collected.rows.find(({ label }) => label === 'GET /items/:id')).toMatchObject({
		kind: 'group',
		depths: 4,
		states: true,
	})
	expect(ofRow('GET /cart')).toEqual(['0 GET /cart'])
	expect(collected.rows.find(({ label }) => label === 'GET /cart')).toMatchObject({ depths: 1, states: false })
})

it('what a thread runs, and its collections, are rows of the thread', () => {
	expect(ofRow('main')).toEqual(['0 run:GET /items/7 2', '0 run:other 1'])
	expect(ofRow('gc of main')).toEqual(['0 gc minor 1'])
	expect(ofRow('events of main')).toEqual([`0 ${tasks}traceTaskName`])
})
