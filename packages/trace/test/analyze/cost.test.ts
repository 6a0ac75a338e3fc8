// What an analysis says about the cost of recording.
import { analyze, type CostReport } from '@tsgotrace/trace/analyze'
import type { TraceCost, TraceItem, TraceRecording } from '@tsgotrace/trace/read'
import { expect, it } from 'vitest'
import { Program } from '../items.js'

const start = 1_800_000_000_000_000_000n

function header(sequence: number, more: Partial<TraceRecording> = {}): TraceRecording {
	return {
		type: 'recording',
		time: 0,
		sequence,
		segment: 0,
		pid: 42,
		thread: 0,
		node: 'v24.0.0',
		mode: 'file',
		began: start,
		...more,
	}
}

function cost(sequence: number, time: number, encoding: number, writing: number): TraceCost {
	return { type: 'cost', time, sequence, events: 100, timed: 70, encoding, writing }
}

async function costsOf(items: readonly TraceItem[], wallStart: bigint | null = start): Promise<readonly CostReport[]> {
	const trace = {
		wallStart,
		batches: async function* () {
			yield items
		},
	}
	return (await analyze(trace)).cost
}

it('is the last report of each thread, the highest share first', async () => {
	expect(
		await costsOf([
			header(1),
			header(2, { thread: 3, time: 50e6 }),
			cost(1, 100e6, 5e6, 1e6),
			cost(2, 150e6, 10e6, 0),
			cost(1, 200e6, 8e6, 2e6),
		]),
	).toEqual([
		{
			process: '42',
			thread: 'worker 3',
			events: 100,
			timed: 70,
			encoding: 10e6,
			writing: 0,
			share: 0.1,
			following: null,
		},
		{
			process: '42',
			thread: 'main',
			events: 100,
			timed: 70,
			encoding: 8e6,
			writing: 2e6,
			share: 0.05,
			following: null,
		},
	])
})

it('adds up recorders of one thread', async () => {
	expect(await costsOf([header(1), header(2), cost(1, 100e6, 4e6, 1e6), cost(2, 100e6, 2e6, 3e6)])).toMatchObject([
		{ events: 200, timed: 140, encoding: 6e6, writing: 4e6, share: 0.1 },
	])
})

it('is a share of the time since the recording began, which a dump or a later file does not contain', async () => {
	// A second before the first event that is left.
	const began = start - 1_000_000_000n
	for (const more of [{ mode: 'ring' }, { segment: 4 }])
		expect(await costsOf([header(1, { ...more, began }), cost(1, 1e9, 10e6, 10e6)])).toMatchObject([{ share: 0.01 }])
	// The time of day is not known.
	expect(await costsOf([header(1, { mode: 'ring', began }), cost(1, 1e9, 10e6, 10e6)], null)).toMatchObject([
		{ share: 0.02 },
	])
})

it('has what following tasks took, where it was measured', async () => {
	const it = new Program()
	for (const [time, ms, busy] of [
		[100e6, 3, 60],
		[200e6, 5, 40],
	] as const)
		it.signal('instant', time, '@tsgotrace/exec/sampling:traceFollowCost', { ms, busy })
	expect(await costsOf([header(1), ...it.items, cost(1, 200e6, 1e6, 1e6)])).toMatchObject([
		{ following: { time: 8e6, busy: 100e6 } },
	])
})

it('is unknown without a report, as in traces of other tools', async () => {
	expect(await costsOf(new Program().items)).toEqual([])
	expect(await costsOf([header(1)])).toEqual([])
	expect(await costsOf([cost(7, 1e6, 1, 1)])).toEqual([])
})
