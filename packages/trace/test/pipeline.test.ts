import { Analyzer, analyze, tasksWhere } from '@tsgotrace/trace/analyze'
import { chrome, convert } from '@tsgotrace/trace/export'
import {
	enrich,
	filter,
	inOrder,
	inPairs,
	type Rule,
	type Source,
	type Step,
	tap,
	through,
	transform,
	type Violation,
	validate,
} from '@tsgotrace/trace/pipeline'
import { readTrace, type TraceItem } from '@tsgotrace/trace/read'
import { type SliceBatch, slicesOf } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { programs } from './go/programs.js'
import { inPieces, Program } from './items.js'

async function itemsOf(trace: Source): Promise<TraceItem[]> {
	const items: TraceItem[] = []
	for await (const item of through(trace)) items.push(item)
	return items
}

/** What is left, in short. */
async function short(trace: Source): Promise<string[]> {
	return (await itemsOf(trace)).map(item => ('name' in item ? `${item.type} ${item.name}` : item.type))
}

function shop(): Program {
	const program = new Program()
	const request = program.begin(1000, 'shop:request', { id: 1 })
	const query = program.begin(2000, 'shop/db:query', { sql: 'select 1' })
	program.signal('instant', 2500, 'shop/db:traceRow', { bytes: 10 })
	query(3000)
	program.count(3500, 'shop:open', 2)
	request(4000, { status: 200 })
	program.loss(4500, 3, 'full')
	return program
}

describe('filter', () => {
	it('keeps pairs, and what the recorder reports about itself', async () => {
		expect(
			await short(
				through(
					shop().trace(2),
					filter(event => event.category === 'shop/db'),
				),
			),
		).toEqual(['begin query', 'instant traceRow', 'end query', 'loss'])
		expect(
			await short(
				through(
					shop().trace(2),
					filter(event => event.type === 'counter'),
				),
			),
		).toEqual(['counter open', 'loss'])
	})

	it('knows what is within a slice that is kept', async () => {
		const program = new Program()
		for (const [i, name] of ['a', 'b'].entries()) {
			program.signal('begin', i * 100, `app:${name}Begin`)
			program.signal('instant', i * 100 + 1, 'app:row')
			program.signal('begin', i * 100 + 2, 'app:innerBegin')
			program.signal('end', i * 100 + 3, 'app:innerEnd')
			program.signal('end', i * 100 + 4, `app:${name}End`)
		}
		const kept = await short(
			through(
				program.trace(1),
				filter((event, _, isWithin) => isWithin || event.name === 'b'),
			),
		)
		expect(kept).toEqual(['begin b', 'instant row', 'begin inner', 'end inner', 'end b'])
	})

	it('never leaves half a pair, whatever it keeps', async () => {
		await fc.assert(
			fc.asyncProperty(programs, fc.integer({ min: 1, max: 40 }), fc.nat(), async (made, size, seed) => {
				let n = seed
				const kept = through(
					inPieces(made, size),
					filter(() => (n = (n * 1103515245 + 12345) & 0x7fffffff) % 3 !== 0),
				)
				const before = slicesOf(inPieces(made, size))
				for await (const _ of before.batches());
				const after = slicesOf(kept)
				for await (const _ of after.batches());
				expect(after.unmatched).toBe(0)
				expect(after.unfinished).toBeLessThanOrEqual(before.unfinished)
			}),
			{ numRuns: runs(30, 1000) },
		)
	})
})

describe('transform', () => {
	it('makes another event, several, or none of each', async () => {
		const change: Step = transform(event =>
			event.name === 'traceRow' ? [event, { ...event, name: 'again' }] : event.type === 'counter' ? [] : event,
		)
		expect(await short(through(shop().trace(3), change))).toEqual([
			'begin request',
			'begin query',
			'instant traceRow',
			'instant again',
			'end query',
			'end request',
			'loss',
		])
	})
})

describe('enrich', () => {
	it('adds arguments, and does not replace those of the event', async () => {
		const more = enrich((event, slice) => (event.type === 'counter' ? null : { bytes: 0, slice: slice?.name ?? null }))
		const args = (await itemsOf(through(shop().trace(1), more))).flatMap(item =>
			'args' in item ? [{ ...item.args }] : [],
		)
		expect(args).toEqual([
			{ bytes: 0, slice: 'request', id: 1 },
			{ bytes: 0, slice: 'query', sql: 'select 1' },
			{ bytes: 10, slice: null },
			{ bytes: 0, slice: 'query' },
			{ bytes: 0, slice: 'request', status: 200 },
		])
	})
})

describe('validate', () => {
	it('reports what violates a rule, and passes everything', async () => {
		const program = new Program()
		program.signal('begin', 100, 'app:aBegin')
		program.signal('instant', 50, 'app:row')
		program.signal('end', 200, 'app:aEnd')
		program.signal('end', 300, 'app:aEnd')
		const found: Violation[] = []
		const slow = (): Rule => (event, slice) =>
			event.type === 'end' && slice !== null && slice.end - slice.start > 50 ? 'is slow' : null
		// In the order in which they were written.
		const trace = {
			wallStart: null,
			batches: async function* () {
				yield program.items
			},
		}
		const items = await itemsOf(
			through(
				trace,
				validate(violation => found.push(violation), inOrder, inPairs, slow),
			),
		)
		expect(items).toEqual(program.items)
		expect(found.map(({ event, text }) => [event.time, text])).toEqual([
			[50, 'is 50 ns before the event before it'],
			[200, 'is slow'],
			[300, 'ends what has not begun'],
		])
	})

	it('reports nothing of traces in order', async () => {
		await fc.assert(
			fc.asyncProperty(programs, async made => {
				const found: Violation[] = []
				await itemsOf(
					through(
						inPieces(made),
						validate(it => found.push(it), inOrder),
					),
				)
				expect(found).toEqual([])
			}),
			{ numRuns: runs(20, 500) },
		)
	})
})

describe('a pipeline', () => {
	it('of steps that change nothing has the analysis of the trace, and can be used again', async () => {
		const steps = [transform(event => event), enrich(() => null), tap(() => {}), validate(() => {})]
		await fc.assert(
			fc.asyncProperty(programs, fc.integer({ min: 1, max: 40 }), async (made, size) => {
				expect(await analyze(through(inPieces(made, size), ...steps))).toEqual(await analyze(inPieces(made)))
			}),
			{ numRuns: runs(20, 500) },
		)
	})

	it('is analyzed and converted in one pass', async () => {
		const analyzer = new Analyzer()
		const batches: SliceBatch[] = []
		const trace = through(
			shop().trace(2),
			tap(batch => analyzer.take(batch)),
			tap(batch => batches.push(batch)),
		)
		let text = ''
		for await (const chunk of convert(trace, chrome())) text += String(chunk)
		expect(JSON.parse(text)).toMatchObject({ traceEvents: expect.any(Array) as unknown })
		expect(analyzer.report({ wallStart: trace.wallStart })).toEqual(await analyze(shop().trace()))
		expect(batches.at(-1)).toMatchObject({ items: [] })
	})

	it('chooses tasks', async () => {
		const program = new Program()
		for (const [id, ms] of [10, 300, 20, 400].entries()) program.task(id * 1e9, id + 1, 'job')(id * 1e9 + ms * 1e6)
		const trace = through(program.trace(), await tasksWhere('wall>200ms', program.trace()))
		const ids: unknown[] = []
		for await (const slice of slicesOf(trace)) ids.push(slice.args['task'])
		expect(ids).toEqual([2, 4])
		await expect(tasksWhere('wall', program.trace())).rejects.toThrow('expected a field, an operator and a value')
	})

	it('has the errors of its reader, after what could be read, and what it says of its input', async () => {
		const trace = through(
			readTrace(Buffer.from('{"traceEvents":[]}')),
			filter(() => true),
		)
		await expect(itemsOf(trace)).rejects.toThrow('not a Perfetto trace')
		expect(trace.problems).toHaveLength(1)
		await expect(convert(through(readTrace(Buffer.from('no trace'))), chrome()).next()).rejects.toThrow(
			'not a Perfetto trace',
		)
	})
})
