// Whatever a file has in it: it is read to some place, said where that is, and everything that was made of it is whole.
import { gzipSync } from 'node:zlib'
import { record } from '@tsgotrace/record'
import { type Conversion, chrome, convert, csv, jsonl, pprof, speedscope, textLine } from '@tsgotrace/trace/export'
import { readTrace, type TraceItem, TraceReadError } from '@tsgotrace/trace/read'
import { Pairing, type TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { declare } from '../../record/test/events.js'
import { TraceMaker } from './traces.js'

const formats = { chrome, csv, jsonl, pprof, speedscope }

/** What a conversion gets, looked at on its way. */
async function* seen(trace: TraceBatches): AsyncGenerator<readonly TraceItem[]> {
	const pairing = new Pairing()
	for await (const items of trace.batches()) {
		const { slices } = pairing.take(items)
		for (const [i, item] of items.entries()) {
			expect(item.time === null || Number.isFinite(item.time)).toBe(true)
			textLine(item, item.type === 'end' ? slices[i]! : null, trace.wallStart)
		}
		yield items
	}
	for (const slice of pairing.finish().unfinished) expect(slice.self).toBeLessThanOrEqual(slice.end - slice.start)
}

/** Read it in every way. @returns how it ended */
async function survive(bytes: Buffer, makes: readonly (keyof typeof formats)[]): Promise<TraceReadError | null> {
	const ends: (TraceReadError | null)[] = []
	for (const name of makes) {
		const reader = readTrace(bytes)
		const conversion: Conversion = formats[name]()
		const out: (string | Uint8Array)[] = []
		try {
			for await (const chunk of convert(reader, trace => conversion({ wallStart: null, batches: () => seen(trace) })))
				out.push(chunk)
			ends.push(null)
		} catch (error) {
			if (!(error instanceof TraceReadError)) throw error
			expect(error.offset).toBeGreaterThanOrEqual(0)
			ends.push(error)
		}
		const text = out.map(chunk => Buffer.from(chunk).toString()).join('')
		if (text === '') continue
		if (name === 'jsonl') for (const line of text.trimEnd().split('\n')) JSON.parse(line)
		else if (name === 'chrome' || name === 'speedscope') JSON.parse(text)
	}
	expect(new Set(ends.map(error => error?.message)).size).toBe(1)
	return ends[0]!
}

describe('a trace', () => {
	let bytes: Buffer
	beforeAll(() => {
		const chunks: Uint8Array[] = []
		const [begin, end, tick, count] = [
			declare('fuzz:traceLoadBegin', 'id: number'),
			declare('fuzz:traceLoadEnd', 'id: number'),
			declare('fuzz:traceTick', 'value: unknown', 'who: string'),
			declare('fuzz:traceOpenCount', 'n: number'),
		]
		const recorder = record({ events: 'fuzz:*', to: chunk => void chunks.push(Uint8Array.from(chunk)) })
		const values = [
			1,
			-0,
			2n ** 70n,
			'text',
			'\ud800',
			null,
			{ a: [1, { b: 2 }] },
			new Error('no'),
			new Date(0),
			new Map(),
			/x/,
			Symbol('s'),
		]
		begin(1)
		for (const value of values) tick(value, 'JP')
		begin(2)
		count(3)
		end(1)
		recorder.stop()
		const worker = new TraceMaker({ sequence: 300, pid: 7, nth: 1 })
			.header()
			.state()
			.intern({ event_categories: [[1, 'p']], event_names: [[1, 'traceX']] })
		bytes = Buffer.concat([...chunks, worker.event(3, 1, 1, 5).event(3, 1, 1, 5).bytes()])
	})

	it('that is cut at any byte is reported as cut, unless a packet ends there', async () => {
		let whole = 0
		const start = bytes.subarray(0, 1000)
		for (let end = 1; end < start.length; end++) {
			const error = await survive(start.subarray(0, end), ['jsonl'])
			if (error === null) whole++
			else expect(error.problem).toBe('truncated')
		}
		expect(whole).toBeGreaterThan(5)
		expect(whole).toBeLessThan(200)
	})

	it('that is cut while packed is reported as cut', async () => {
		const packed = gzipSync(bytes)
		for (let end = 3; end < packed.length; end += 5)
			expect((await survive(packed.subarray(0, end), ['jsonl']))?.problem).toBe('truncated')
	})

	it('with bits that have flipped is read, in every format', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.nat({ max: bytes.length * 8 - 1 }), { minLength: 1, maxLength: 6 }),
				fc.boolean(),
				async (bits, pack) => {
					const changed = Buffer.from(pack ? gzipSync(bytes) : bytes)
					for (const bit of bits) changed[(bit >> 3) % changed.length]! ^= 1 << (bit & 7)
					await survive(changed, ['chrome', 'csv', 'jsonl', 'pprof', 'speedscope'])
				},
			),
			{ numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
		)
	})

	it('with pieces of it elsewhere is read, in every format', async () => {
		const piece = fc.tuple(fc.nat({ max: bytes.length }), fc.nat({ max: 300 }))
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 20 }), async pieces => {
				await survive(Buffer.concat(pieces.map(([at, length]) => bytes.subarray(at, at + length))), ['chrome', 'jsonl'])
			}),
			{ numRuns: 100 },
		)
	})
})
