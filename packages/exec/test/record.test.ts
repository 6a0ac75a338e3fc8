// The events of tasks in a recording: slices from begin to end, whatever overlaps.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { log, region, task } from '@tsgotrace/exec'
import { record } from '@tsgotrace/record'
import { readTrace } from '@tsgotrace/trace/read'
import { type Slice, slicesOf } from '@tsgotrace/trace/slices'
import { expect, it } from 'vitest'
import { sleep } from './events.js'

it('tasks, regions and logs are in a recording, each with its own begin and end', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-exec-'))
	const path = join(dir, 'out.perfetto-trace')
	const recorder = record({ events: '@tsgotrace/exec/**', to: path })
	await Promise.all(
		[1, 2, 3, 4, 5].map(n =>
			task(`job ${n}`, async () => {
				await region('wait', () => sleep(6 - n))
				log('n', String(n))
			}),
		),
	)
	recorder.stop()

	const slices = slicesOf(readTrace(path))
	const ended: Slice[] = []
	const logs: unknown[] = []
	for await (const { items, slices: ofItems } of slices.batches())
		for (const [i, item] of items.entries()) {
			if (item.type === 'instant') logs.push([item.args['text'], item.args['task']])
			if (item.type === 'end' && ofItems[i]!.ended) ended.push(ofItems[i]!)
		}
	rmSync(dir, { recursive: true })
	const tasks = new Map(
		ended.filter(({ name }) => name === 'traceTask').map(slice => [slice.args['name'] as string, slice]),
	)
	expect([...tasks.keys()].sort()).toEqual(['job 1', 'job 2', 'job 3', 'job 4', 'job 5'])
	const regions = ended.filter(({ name }) => name === 'traceRegion')
	for (const [name, { args, endArgs, start, end }] of tasks) {
		expect(endArgs['how']).toBe('returned')
		const inside = regions.filter(slice => slice.args['task'] === args['task'])
		expect(inside).toHaveLength(1)
		expect(start <= inside[0]!.start && inside[0]!.end <= end).toBe(true)
		expect(logs).toContainEqual([name.slice(4), args['task']])
	}
	expect(slices.unmatched + slices.unfinished).toBe(0)
})

it.each([
	['nothing is said about events', undefined],
	['all are asked for', '*'],
	['some are excluded', ['!hello:*']],
])('what makes each await dearer, and what samples the thread, is not recorded where %s', (_, events) => {
	const recorder = record({ ...(events !== undefined && { events }), to: () => {} })
	const packages = new Set(Object.keys(recorder.stats.events).map(id => id.slice(0, id.lastIndexOf(':'))))
	recorder.stop()
	for (const id of Object.keys(recorder.stats.events)) packages.add(id.slice(0, id.lastIndexOf(':')))
	expect([...packages]).toContain('@tsgotrace/exec/tasks')
	for (const name of ['states', 'stalls', 'cpu']) expect([...packages]).not.toContain(`@tsgotrace/exec/${name}`)
})

it.each([
	'@tsgotrace/exec/**',
	'@tsgotrace/exec/states:*',
	'traceRunDone',
	['*', '@tsgotrace/exec/states'],
])('%j names the states of tasks', events => {
	const recorder = record({ events, to: () => {} })
	recorder.stop()
	expect(Object.keys(recorder.stats.events)).toContain('@tsgotrace/exec/states:traceRunDone')
})
