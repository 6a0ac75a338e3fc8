// Several files, and several threads in one, as one timeline.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
	readTrace,
	type TraceInput,
	type TraceItem,
	TraceReadError,
	type TraceReader,
	type TraceSignal,
} from '@tsgotrace/trace/read'
import { Pairing } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import type { Host } from '../src/read/host.js'
import { nodeHost } from '../src/read/node/host.js'
import { readOn } from '../src/read/reader.js'
import { type Made, monotonic, realtime, TraceMaker } from './traces.js'

const names: Record<string, [number, string][]> = {
	event_categories: [[1, 'p']],
	event_names: [[1, 'traceX']],
	debug_annotation_names: [[64, 'n']],
}

/** A thread that has begun. */
function begun(made: Made): TraceMaker {
	return new TraceMaker(made).header().state().intern(names)
}

/** An event after `ns` nanoseconds. */
function tick(maker: TraceMaker, delta: number, n: number): TraceMaker {
	return maker.event(3, 1, 1, delta, { debug_annotations: [{ name_iid: 64, int_value: n }] })
}

async function read(
	inputs: readonly TraceInput[],
): Promise<{ items: TraceItem[]; reader: TraceReader; error: unknown }> {
	const reader = readTrace(inputs)
	const items: TraceItem[] = []
	try {
		for await (const batch of reader.batches()) items.push(...batch)
	} catch (error) {
		if (!(error instanceof TraceReadError)) throw error
		return { items, reader, error }
	}
	return { items, reader, error: null }
}

const signals = (items: readonly TraceItem[]): TraceSignal[] =>
	items.filter((item): item is TraceSignal => item.type === 'instant')
const row = ({ time, track, args }: TraceSignal): string =>
	`${time} ${track.process!.pid} ${track.name} ${JSON.stringify(args['n'])}`

interface ThreadPlan {
	readonly start: number
	readonly deltas: readonly number[]
	/** How many packets of it come before it is another thread's turn. */
	readonly piece: number
}

const thread: fc.Arbitrary<ThreadPlan> = fc.record({
	start: fc.nat({ max: 300 }),
	deltas: fc.array(fc.nat({ max: 60 }), { maxLength: 30 }),
	piece: fc.integer({ min: 1, max: 50 }),
})
const file = fc.record({
	threads: fc.array(thread, { minLength: 1, maxLength: 4 }),
	form: fc.constantFrom('plain', 'gzip', 'stream', 'members'),
})

/** The packets of several threads, in pieces that interleave. */
function interleaved(threads: readonly { packets: readonly Buffer[]; piece: number }[]): Buffer {
	const out: Buffer[] = []
	const left = threads.map(({ packets, piece }) => ({ packets: [...packets], piece }))
	while (left.some(({ packets }) => packets.length > 0))
		for (const { packets, piece } of left) out.push(...packets.splice(0, piece))
	return Buffer.concat(out)
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
	for (let i = 0; i < bytes.length; i += 100) yield await Promise.resolve(bytes.subarray(i, i + 100))
}

describe('several files', () => {
	it('are read in order of time: all events of all threads, sorted', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async files => {
				const oracle: { time: number; text: string }[] = []
				// What cannot be scanned is one stream of one thread.
				const all = files.map(f => (f.form === 'stream' ? { ...f, threads: f.threads.slice(0, 1) } : f))
				const known = all.filter(f => f.form !== 'stream').flatMap(f => f.threads)
				const first = known.length === 0 ? all[0]!.threads[0]!.start : Math.min(...known.map(t => t.start))
				let n = 0
				let id = 0
				const inputs = all.map(({ threads, form }, f): TraceInput => {
					const parts = threads.map(({ start, deltas, piece }, nth) => {
						const maker = begun({ sequence: 200 + id++, pid: 1 + f, nth, at: monotonic + BigInt(start) })
						let time = start - first
						for (const delta of deltas) {
							time += delta
							oracle.push({ time, text: `${time} ${1 + f} ${nth === 0 ? 'main' : `worker ${nth}`} ${n}` })
							tick(maker, delta, n++)
						}
						return { packets: maker.parts, piece }
					})
					if (form === 'members') return Buffer.concat(parts.map(({ packets }) => gzipSync(Buffer.concat(packets))))
					const bytes = interleaved(parts)
					if (form === 'stream') return pieces(bytes)
					return form === 'gzip' ? gzipSync(bytes) : bytes
				})
				const { items, reader } = await read(inputs)
				const got = signals(items)
				expect(got.map(s => s.time)).toEqual(oracle.map(o => o.time).sort((a, b) => a - b))
				expect(got.map(row).sort()).toEqual(oracle.map(o => o.text).sort())
				const { bytes, size } = reader.progress
				if (size !== null) expect(bytes).toBe(size)
				expect(reader.wallStart).toBe(realtime + BigInt(first))
			}),
			{ numRuns: runs(15, 60) },
		)
	})

	it('of one recording continue its slices, in whichever order they are named', async () => {
		const inline = { categories: ['p'], name: 'job', track_uuid: 900 }
		const lane = { sequence_flags: 2, track_descriptor: { uuid: 900, name: 'job', parent_uuid: 420 } }
		const at = (ns: bigint): object => ({ timestamp: monotonic + ns, timestamp_clock_id: 3 })
		const first = begun({})
			.add(lane)
			.add({ ...at(10n), track_event: { ...inline, type: 1 } })
			.add({
				...at(1000n),
				track_event: { ...inline, type: 2, debug_annotations: [{ name: 'tsgotrace.continues', bool_value: true }] },
			})
		// It begins at the moment at which the first one ends.
		const second = new TraceMaker({ at: monotonic + 1000n })
			.header(1)
			.add(lane)
			.add({
				...at(1000n),
				track_event: {
					...inline,
					type: 1,
					debug_annotations: [{ name: 'tsgotrace.began', uint_value: monotonic + 10n }],
				},
			})
			.add({ ...at(3010n), track_event: { ...inline, type: 2 } })
		const { items } = await read([second.bytes(), first.bytes()])
		const slices = new Pairing()
		const ended = slices.take(items).slices.filter((slice, i) => items[i]!.type === 'end' && slice !== null)
		expect(ended.map(slice => [slice!.start, slice!.end])).toEqual([[10, 3010]])
		expect([slices.unmatched, slices.unfinished]).toEqual([0, 0])
	})

	it('of processes that have the same id stay apart', async () => {
		const one = tick(begun({ pid: 1, began: realtime }), 10, 1)
		const other = tick(begun({ pid: 1, began: realtime + 5n }), 20, 2)
		const worker = tick(begun({ pid: 1, nth: 1, sequence: 129, began: realtime + 7n }), 30, 3)
		const { items } = await read([one.bytes(), Buffer.concat([other.bytes(), worker.bytes()])])
		expect(signals(items).map(s => [s.args['n'], s.track.process!.instance, s.track.name])).toEqual([
			[1, 0, 'main'],
			[2, 1, 'main'],
			[3, 1, 'worker 1'],
		])
		const numbers = new Set(items.flatMap(item => (item.type === 'recording' ? [item.sequence] : [])))
		expect(numbers.size).toBe(3)
	})

	it('of other machines are placed by the time of day', async () => {
		const here = tick(begun({ pid: 1 }), 10, 1)
		const day = 86_400_000_000_000n
		// It was started a day earlier, and began to record 5 us after the other one.
		const there = tick(begun({ pid: 2, at: monotonic + day, began: realtime - day + 5000n }), 10, 2)
		const { items, reader } = await read([here.bytes(), there.bytes()])
		expect(signals(items).map(s => [s.time, s.args['n']])).toEqual([
			[10, 1],
			[5010, 2],
		])
		expect(reader.alignedByDate).toBe(true)
		expect(
			(await read([here.bytes(), tick(begun({ pid: 2, at: monotonic + 9n }), 1, 2).bytes()])).reader.alignedByDate,
		).toBe(false)
	})

	it('are read as far as each can be, threads of one as well', async () => {
		const long = begun({ pid: 1 })
		for (let i = 0; i < 10; i++) tick(long, 100, i)
		const worker = begun({ pid: 1, nth: 1, sequence: 129 })
		for (let i = 0; i < 10; i++) tick(worker, 95, 100 + i)
		const other = tick(begun({ pid: 2, sequence: 130 }), 500, 50)
		const bytes = Buffer.concat([long.bytes(), worker.bytes()])
		for (const cut of [
			bytes.subarray(0, bytes.length - 3),
			gzipSync(bytes).subarray(0, -30),
			Buffer.concat([bytes, Buffer.from('no')]),
		]) {
			const { items, reader, error } = await read([cut, other.bytes(), Buffer.from('{"no": "trace"}')])
			const times = signals(items).map(s => s.time)
			expect(times).toEqual([...times].sort((a, b) => a - b))
			expect(times).toContain(500)
			expect(times.length).toBeGreaterThan(11)
			expect(reader.problems.map(p => [p.input, p.error.problem])).toEqual([
				[0, cut.length > bytes.length ? 'corrupt' : 'truncated'],
				[2, 'foreign'],
			])
			expect(error).toBe(reader.problems[0]!.error)
		}
	})

	describe('on the disk', () => {
		let dir: string
		beforeAll(() => {
			dir = mkdtempSync(join(tmpdir(), 'tsgotrace-merge-'))
		})
		afterAll(() => rmSync(dir, { recursive: true }))

		it('may be many, all of them at once', async () => {
			const event = tick(new TraceMaker({ sequence: 500 }), 1000, 1).bytes()
			const paths = Array.from({ length: 300 }, (_, i) => {
				const path = join(dir, `${i}.perfetto-trace`)
				const maker = begun({ pid: 1000 + i, sequence: 500, at: monotonic + BigInt(i) })
				writeFileSync(path, Buffer.concat([maker.bytes(), ...Array.from({ length: 200 }, () => event)]))
				return path
			})
			let last = -1
			let count = 0
			for await (const items of readTrace(paths).batches())
				for (const item of items) {
					if (item.type !== 'instant') continue
					expect(item.time >= last).toBe(true)
					last = item.time
					count++
				}
			expect([count, last]).toEqual([60_000, 299 + 200_000])
		})
	})
})

describe('a compressed trace of several threads', () => {
	const threads = Array.from({ length: 5 }, (_, nth) => begun({ nth, sequence: 130 + nth }))
	for (let i = 0; i < 200; i++) for (const [nth, thread] of threads.entries()) tick(thread, 10 + nth, i)
	const bytes = Buffer.concat(threads.map(thread => thread.bytes()))
	const packed = gzipSync(bytes)

	async function readCounting(
		input: Uint8Array,
		more: Partial<Host> = {},
	): Promise<{ items: TraceItem[]; unpacked: number }> {
		let unpacked = 0
		const gunzip: Host['gunzip'] = (source, start) => {
			unpacked++
			return nodeHost.gunzip(source, start)
		}
		const items: TraceItem[] = []
		for await (const item of readOn({ ...nodeHost, gunzip, ...more }, input)) items.push(item)
		return { items, unpacked }
	}

	it('is unpacked twice, however many threads it has', async () => {
		const { items, unpacked } = await readCounting(packed)
		expect(unpacked).toBe(2)
		expect(items).toEqual((await readCounting(bytes)).items)
		expect(items.filter(({ type }) => type === 'instant')).toHaveLength(1000)
	})

	it('is read, too, where there is no room for what it unpacks to', async () => {
		const { items, unpacked } = await readCounting(packed, { spool: () => Promise.resolve(null) })
		expect(unpacked).toBe(6)
		expect(items).toEqual((await readCounting(bytes)).items)
	})

	it('that is cut is read to there', async () => {
		const found: TraceItem[] = []
		const reading = async (): Promise<void> => {
			for await (const item of readTrace(packed.subarray(0, packed.length - 20))) found.push(item)
		}
		await expect(reading()).rejects.toThrow('the compressed data is truncated')
		expect(found.length).toBeGreaterThan(100)
	})
})
