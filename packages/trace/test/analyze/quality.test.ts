// What an analysis says of the trace itself.
import { analyze, type QualityReport } from '@tsgotrace/trace/analyze'
import { inOrder, through, type Violation, validate } from '@tsgotrace/trace/pipeline'
import { expect, it } from 'vitest'
import { inPieces, Program } from '../items.js'

const disorder = ({ what }: QualityReport): boolean => what === 'events before the one before'

it('what is reported some time after it happened is not out of order', async () => {
	const it = new Program()
	const end = it.task(0, 1, 'job')
	it.signal('instant', 5e6, 'app:tick')
	// Ran from 1 to 3 ms, reported at 6 ms.
	it.done(6e6, '@tsgotrace/exec/states:traceRunDone', { ms: 2, task: 1, name: 'job', ago: 3 })
	it.signal('instant', 7e6, 'app:tick')
	it.sample(2e6, [{ name: 'work', file: '/app/a.js', line: 1, column: 1 }])
	end(8e6)
	// In the order in which they were reported.
	const trace = {
		wallStart: null,
		batches: async function* () {
			yield it.items
		},
	}
	expect((await analyze(trace)).quality.filter(disorder)).toEqual([])
	const found: Violation[] = []
	for await (const _ of through(
		trace,
		validate(violation => found.push(violation), inOrder),
	));
	expect(found).toEqual([])
})

it('what is out of order is counted', async () => {
	const it = new Program()
	for (const time of [1, 5, 3, 4, 6]) it.signal('instant', time, 'app:tick')
	const trace = {
		wallStart: null,
		batches: async function* () {
			yield it.items
		},
	}
	expect((await analyze(trace)).quality.filter(disorder)).toMatchObject([{ count: 2 }])
	expect((await analyze(inPieces([it]))).quality.filter(disorder)).toEqual([])
})
