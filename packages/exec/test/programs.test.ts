// Unchanged programs under `tsgotrace record --exec`. All of them, on each Node: programs.matrix.test.ts.
import { expect, it } from 'vitest'
import { expectedTasks, tasksIn } from './jobs.js'
import { of, programs, runs } from './programs.js'

it.skipIf(process.platform === 'win32').each(['http.mjs', 'workers.mjs'])(
	'%s runs as it does alone, and each of its requests is a task',
	{ timeout: 60_000 },
	async file => {
		const { count, name, how = 'returned' } = programs[file]!
		const { alone, traced, events, requests } = await runs(file)
		expect(traced).toEqual(alone)
		expect(requests).toEqual(Array.from({ length: count }, () => ({ name, how })))
		expect(of(events, 'traceHeapUsedCount').length).toBeGreaterThan(0)
		if (file === 'workers.mjs')
			expect(new Set(of(events, 'traceHeapUsedCount').map(({ track }) => track.tid)).size).toBe(3)
	},
)

it('without --exec nothing of it is loaded', async () => {
	const { alone, traced, events } = await runs('http.mjs', [])
	expect({ ...traced, stderr: '' }).toEqual(alone)
	expect(traced.stderr).toContain('the program loaded no module that declares trace events')
	expect(events).toEqual([])
})

it('events of the execution that are chosen by name are there without --exec', async () => {
	const { alone, traced, events, requests } = await runs('http.mjs', ['-e', '@tsgotrace/exec/thread:*'])
	expect(traced).toEqual(alone)
	expect(requests).toEqual([])
	expect(of(events, 'traceHeapUsedCount').length).toBeGreaterThan(0)
})

it('with --sample-tasks a part of its requests are tasks, and the trace says how many are not', async () => {
	const { alone, traced, events, requests } = await runs('http.mjs', ['--exec', '--sample-tasks', 'every:4'])
	expect(traced).toEqual(alone)
	expect(requests).toEqual(Array.from({ length: 10 }, () => ({ name: 'GET /api/items/:id', how: 'returned' })))
	const left = of(events, 'traceTasksLeftOut').map(event => ('args' in event ? Number(event.args['left']) : 0))
	expect(left.reduce((a, b) => a + b, 0)).toBe(30)
})

it.skipIf(process.platform === 'win32')(
	'its main module, jobs of its timers, messages and signals are tasks, with names and ends',
	{ timeout: 60_000 },
	async () => {
		const ran = await runs('jobs.mjs')
		expect(ran.traced).toEqual(ran.alone)
		expect(tasksIn(ran)).toEqual(expectedTasks(Number(process.versions.node.split('.')[0]) >= 24))
	},
)
