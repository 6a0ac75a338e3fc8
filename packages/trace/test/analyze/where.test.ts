// Tasks chosen by what they did, and what belongs to them.
import { ChosenTasks } from '@tsgotrace/trace/analyze'
import { goTrace } from '@tsgotrace/trace/export'
import type { TraceItem } from '@tsgotrace/trace/read'
import { slicesOf, type TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { checkGoTrace } from '../go/check.js'
import { ended } from '../go/scheduled.js'
import { inPieces, Program } from '../items.js'

const itemsOf = async (trace: TraceBatches): Promise<TraceItem[]> => {
	const items: TraceItem[] = []
	for await (const batch of trace.batches()) items.push(...batch)
	return items
}

async function choose(
	conditions: string,
	trace: TraceBatches,
): Promise<{ readonly count: number; readonly trace: TraceBatches }> {
	const chosen = new ChosenTasks(conditions)
	await chosen.find(trace)
	return { count: chosen.count, trace: chosen.of(trace) }
}

describe('chosen tasks', () => {
	it('are those that match, with their regions, calls, logs, states and slices', async () => {
		const it = new Program()
		for (const [n, name] of ['GET /item', 'GET /item', 'POST /item'].entries()) {
			const at = n * 1e9
			const end = it.task(at, n + 1, name)
			it.region(at + 1e6, 100 + n, 'query', n + 1)(at + 2e6)
			it.signal('instant', at + 3e6, '@tsgotrace/exec/tasks:traceLog', { key: 'n', text: String(n), task: n + 1 })
			it.done(at + 4e6, '@tsgotrace/exec/states:traceRunDone', { ms: 4, task: n + 1, name, ago: 0 })
			it.signal('instant', at + 5e6, 'shop:traceRow', { n })
			end(at + (n === 1 ? 300e6 : 100e6))
		}
		const { count, trace } = await choose('task=GET* and wall>200ms', it.trace())
		expect(count).toBe(1)
		const kept = (await itemsOf(trace)).map(item => ('id' in item ? item.id.replace(/.*:/, '') : item.type))
		expect(kept).toEqual([
			'traceTaskBegin',
			'traceRegionBegin',
			'traceRegionEnd',
			'traceLog',
			'traceRunDone',
			'traceRunDone',
			'traceTaskEnd',
		])
	})

	it('stay in pairs, and can be converted, whatever is chosen', async () => {
		await fc.assert(
			fc.asyncProperty(
				ended,
				fc.constantFrom('task=job', 'wall>1ms', 'runnable>0ns and how=returned', 'task!=job and sync>1us'),
				fc.constantFrom(1, 100),
				async ({ programs }, where, size) => {
					const { count, trace } = await choose(where, inPieces(programs, size))
					const items = await itemsOf(trace)
					expect(items.filter(item => item.type === 'begin' && item.name === 'traceTask')).toHaveLength(count)
					const slices = slicesOf(trace)
					for await (const _ of slices) void _
					expect(slices.unmatched).toBe(0)
					const chunks: Uint8Array[] = []
					for await (const chunk of goTrace()(trace)) chunks.push(chunk as Uint8Array)
					checkGoTrace(Buffer.concat(chunks))
				},
			),
			{ numRuns: runs(50, 500) },
		)
	})

	it.each([
		['task', "expected a field, an operator and a value, at character 1: 'task'"],
		['wall>1s and name=x', "unknown field 'name': use task, kind, how, detail, id, wall, running, "],
		['wall>1s and how>x', "how is a text: use = or !=, at character 13: 'how>x'"],
		['wall>5', 'wall is a duration and needs a unit: ns, us, µs, ms, s, at character 1'],
		['id=x', "id needs a number, at character 1: 'id=x'"],
	])('%s is refused', (where, message) => {
		expect(() => new ChosenTasks(where)).toThrow(message)
	})
})
