import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { followTrace, readTrace, type TraceItem } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { packet, TraceMaker } from './traces.js'

let dir: string
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-follow-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Bytes while steps are done, one before each look. */
async function during(path: string | URL, steps: readonly (() => void)[]): Promise<Buffer> {
	const end = new AbortController()
	const chunks: Uint8Array[] = []
	let next = 0
	const onLook = (): void => {
		if (next === steps.length) end.abort()
		else steps[next++]!()
	}
	for await (const chunk of followTrace(path, { every: 1, signal: end.signal, onLook })) chunks.push(chunk)
	return Buffer.concat(chunks)
}

const one = (n: number, id = 7): Buffer => packet({ trusted_packet_sequence_id: id, timestamp: n })
const many = (from: number, to: number, id = 7): Buffer =>
	Buffer.concat(Array.from({ length: to - from }, (_, i) => one(from + i, id)))

describe('followTrace', () => {
	it('yields each packet once, whole, however the file grows', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }), async cuts => {
				const whole = many(0, 40)
				const path = join(dir, 'a.perfetto-trace')
				writeFileSync(path, '')
				const ends = [...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
				const steps = ends.map((end, i) => () => appendFileSync(path, whole.subarray(ends[i - 1] ?? 0, end)))
				expect(await during(path, steps)).toEqual(whole)
			}),
			{ numRuns: runs(20, 500) },
		)
	})

	it('leaves out the last packet if it never becomes complete', async () => {
		const path = join(dir, 'a.perfetto-trace')
		writeFileSync(path, many(0, 3).subarray(0, -1))
		expect(await during(pathToFileURL(path), [])).toEqual(many(0, 2))
	})

	it('reads a packet that is larger than what is read at once', async () => {
		const path = join(dir, 'a.perfetto-trace')
		const large = packet({ trusted_packet_sequence_id: 7, trace_uuid_and_such: Buffer.alloc(3 << 20, 1) })
		writeFileSync(path, large.subarray(0, 2 << 20))
		const rest = (): void => appendFileSync(path, Buffer.concat([large.subarray(2 << 20), one(1)]))
		expect((await during(path, [rest])).equals(Buffer.concat([large, one(1)]))).toBe(true)
	})

	it('reads each segment of a rotation once and in order, those that come between two looks too, and goes on when some were removed', async () => {
		const path = join(dir, 'a.perfetto-trace')
		const segment = (n: number): string => join(dir, `a.00000${n}.perfetto-trace`)
		writeFileSync(path, many(0, 10))
		const rotate = (n: number, from: number): void => {
			appendFileSync(path, one(from))
			renameSync(path, segment(n))
			writeFileSync(path, many(from + 1, from + 10))
		}
		const all = await during(path, [
			() => rotate(0, 10),
			() => [rotate(1, 20), rotate(2, 30)],
			() => renameSync(path, segment(3)),
			() => {},
			() => writeFileSync(path, many(40, 50)),
			() => [rmSync(segment(0)), rmSync(segment(1)), rotate(4, 50), rmSync(segment(4))],
		])
		expect(all).toEqual(Buffer.concat([many(0, 50), many(50, 60)]))
	})

	it('reads files that appear later in a directory, and gives equal sequences of different files different ids', async () => {
		const ids = (bytes: Buffer): Set<number> => {
			const found = new Set<number>()
			// Tag, length, tag of the sequence, its id in two bytes.
			for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!)
				found.add((bytes[at + 3]! & 127) | (bytes[at + 4]! << 7))
			return found
		}
		const ofRecorder = (n: number): Buffer => {
			const id = 300
			return Buffer.from([0x0a, 5, 0x50, (id & 127) | 128, id >> 7, 0x40, n])
		}
		const all = await during(dir, [
			() => writeFileSync(join(dir, 'b.perfetto-trace'), ofRecorder(1)),
			() => writeFileSync(join(dir, 'a.perfetto-trace'), ofRecorder(2)),
			() => appendFileSync(join(dir, 'b.perfetto-trace'), ofRecorder(3)),
			() => writeFileSync(join(dir, 'a.report'), 'not a trace'),
		])
		expect([...all].filter((_, i) => i % 7 === 6)).toEqual([1, 2, 3])
		expect(ids(all)).toEqual(new Set([300, 301]))
	})

	it('is an input of readTrace', async () => {
		const path = join(dir, 'a.perfetto-trace')
		const names = { event_categories: [[1, 'hello/net']], event_names: [[1, 'traceRecv']] } satisfies Record<
			string,
			[number, string][]
		>
		const bytes = new TraceMaker().header().state().intern(names).event(3, 1, 1, 1000).bytes()
		writeFileSync(path, bytes.subarray(0, 40))
		const end = new AbortController()
		const items: TraceItem[] = []
		const onLook = (): void => (items.length > 0 ? end.abort() : writeFileSync(path, bytes))
		for await (const item of readTrace(followTrace(path, { every: 1, signal: end.signal, onLook }))) items.push(item)
		const whole: TraceItem[] = []
		for await (const item of readTrace(bytes)) whole.push(item)
		expect(items).toEqual(whole)
	})

	it('refuses what cannot be followed', async () => {
		await expect(followTrace(join(dir, 'missing')).next()).rejects.toThrow(/ENOENT/)
		await expect(followTrace(dir, { every: 0 }).next()).rejects.toThrow(
			'followTrace: every must be a positive number of milliseconds, not 0',
		)
	})

	it('passes on what is not a trace, so that the reader reports it', async () => {
		const path = join(dir, 'a.perfetto-trace')
		writeFileSync(path, '{"traceEvents":[]}')
		const end = AbortSignal.abort()
		await expect(
			readTrace(followTrace(path, { signal: end }))
				.batches()
				.next(),
		).rejects.toThrow('not a Perfetto trace')
	})
})
