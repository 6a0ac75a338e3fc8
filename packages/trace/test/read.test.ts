import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { analyze } from '@tsgotrace/trace/analyze'
import { convert, jsonl } from '@tsgotrace/trace/export'
import {
	readTrace,
	type TraceInput,
	type TraceItem,
	TraceReadError,
	type TraceReader,
	type TraceSignal,
	Unrecorded,
} from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { type Fields, monotonic, packet, realtime, TraceMaker } from './traces.js'

async function collect(reader: TraceReader): Promise<TraceItem[]> {
	const items: TraceItem[] = []
	for await (const item of reader) items.push(item)
	return items
}

async function all(input: TraceInput): Promise<TraceItem[]> {
	return collect(readTrace(input))
}

/** What was read, and how it ended. */
async function upTo(
	input: TraceInput,
): Promise<{ items: TraceItem[]; error: TraceReadError | null; reader: TraceReader }> {
	const reader = readTrace(input)
	const items: TraceItem[] = []
	try {
		for await (const item of reader) items.push(item)
	} catch (error) {
		if (!(error instanceof TraceReadError)) throw error
		return { items, error, reader }
	}
	return { items, error: null, reader }
}

const instants = (items: readonly TraceItem[]): TraceSignal[] =>
	items.filter((item): item is TraceSignal => item.type === 'instant')

const names = {
	event_categories: [[1, 'hello/net']],
	event_names: [
		[1, 'traceRecv'],
		[2, 'request'],
		[3, 'open'],
	],
	debug_annotation_names: [[64, 'a']],
} as Record<string, [number, string][]>

/** A trace with one of everything. */
function sample(made = {}): TraceMaker {
	return new TraceMaker(made)
		.header()
		.declare('hello/net:traceRequestBegin', 'begin', 'request', 'id: number')
		.declare('hello/net:traceRequestEnd', 'end', 'request', 'id: number')
		.declare('hello/net:traceOpenCount', 'counter', 'open')
		.state()
		.intern(names)
		.event(3, 1, 1, 1000, { debug_annotations: [{ name_iid: 64, int_value: 7 }] })
		.add({ sequence_flags: 2, track_descriptor: { uuid: 900, name: 'request', parent_uuid: 420 } })
		.event(1, 1, 2, 10, { track_uuid: 900, debug_annotations: [{ name_iid: 64, int_value: -1 }] })
		.add({ sequence_flags: 2, track_descriptor: { uuid: 901, name: 'open', parent_uuid: 420, counter: {} } })
		.event(4, 1, 3, 5, { track_uuid: 901, counter_value: 3 })
		.event(4, 1, 3, 0, { track_uuid: 901, double_counter_value: 0.5 })
		.event(2, 1, 2, 85, { track_uuid: 900 })
		.statistics('hello/net:traceRecv', [10, 1, 9, 0], monotonic + 2000n)
		.end('stop', monotonic + 2000n)
}

/** The value that an argument with these fields is read as. */
async function value(fields: Fields, made = {}): Promise<unknown> {
	const trace = new TraceMaker(made).header().state().intern(names)
	trace.event(3, 1, 1, 1, { debug_annotations: [{ name_iid: 64, ...fields }] })
	const signal = (await all(trace.bytes())).find(item => item.type === 'instant') as TraceSignal
	expect(Object.keys(signal.args)).toEqual(['a'])
	return signal.args['a']
}

describe('what the recorder writes', () => {
	it('comes back with ids, names, times, tracks and arguments', async () => {
		const reader = readTrace(sample().bytes())
		const items = await collect(reader)
		expect(reader.wallStart).toBe(realtime)
		expect(reader.progress).toMatchObject({
			damaged: 0,
			skipped: 0,
			bytes: sample().bytes().length,
			size: sample().bytes().length,
		})
		const happened = items.filter(item => 'track' in item)
		const lane = { id: 900, name: 'request', kind: 'lane', tid: 42, process: { pid: 42, name: 'app' } }
		const common = { category: 'hello/net', bytes: expect.any(Number) as number }
		const signal = { ...common, began: null, continues: false }
		expect(happened).toMatchObject([
			{
				type: 'instant',
				time: 1000,
				id: 'hello/net:traceRecv',
				name: 'traceRecv',
				args: { a: 7 },
				track: { id: 420, kind: 'thread', name: 'main' },
				...signal,
			},
			{
				type: 'begin',
				time: 1010,
				id: 'hello/net:traceRequestBegin',
				name: 'request',
				args: { a: -1 },
				track: lane,
				...signal,
			},
			{
				type: 'counter',
				time: 1015,
				id: 'hello/net:traceOpenCount',
				name: 'open',
				value: 3,
				track: { id: 901, kind: 'counter' },
				...common,
			},
			{ type: 'counter', time: 1015, value: 0.5 },
			{ type: 'end', time: 1100, id: 'hello/net:traceRequestEnd', name: 'request', track: lane, args: {}, ...signal },
		])
		expect(happened[1]!.track).toBe(happened[4]!.track)
		expect(items.filter(item => !('track' in item))).toMatchObject([
			{
				type: 'recording',
				time: 0,
				sequence: 128,
				segment: 0,
				pid: 42,
				thread: 0,
				node: 'v24.0.0',
				mode: 'file',
				began: realtime,
			},
			{
				type: 'declaration',
				id: 'hello/net:traceRequestBegin',
				as: 'begin',
				name: 'request',
				params: 'id: number',
				source: 'src/a.ts:1',
				sampling: null,
			},
			{ type: 'declaration', id: 'hello/net:traceRequestEnd', as: 'end' },
			{ type: 'declaration', id: 'hello/net:traceOpenCount', as: 'counter' },
			{
				type: 'statistics',
				time: 2000,
				id: 'hello/net:traceRecv',
				signals: 10,
				recorded: 1,
				sampledOut: 9,
				dropped: 0,
				bytes: 30,
			},
			{ type: 'stop', reason: 'stop' },
		])
	})

	const wrapper = (id: number, text: string, ...more: Fields[]): Fields => ({
		dict_entries: [{ name_iid: id, string_value: text }, ...more],
	})
	const unrecorded = (kind: string, name = '', fields = {}, more = 0): unknown =>
		expect.objectContaining({ kind, name, fields, more })
	it.each<[string, Fields, unknown]>([
		['true', { bool_value: true }, true],
		['a safe integer', { int_value: BigInt(Number.MIN_SAFE_INTEGER) }, Number.MIN_SAFE_INTEGER],
		['-1', { int_value: -1n }, -1],
		['-0', { double_value: -0 }, -0],
		['NaN', { double_value: Number.NaN }, Number.NaN],
		['a bigint of 64 bits', { uint_value: 2n ** 64n - 1n }, 2n ** 64n - 1n],
		['a small bigint', { uint_value: 5n }, 5n],
		['a negative bigint', wrapper(1, '-123456789012345678901234567890'), -123456789012345678901234567890n],
		['a string', { string_value: 'hé 💥' }, 'hé 💥'],
		[
			'a cut string',
			{ string_value: `${'x'.repeat(10)}…[+5]` },
			expect.objectContaining({ start: 'x'.repeat(10), missing: 5 }),
		],
		['a string that looks cut', { string_value: 'x…[+5]' }, 'x…[+5]'],
		['lone surrogates', wrapper(3, 'a\\ud800\\\\u0041'), 'a\ud800\\u0041'],
		['undefined', { string_value_iid: 1 }, undefined],
		['null', { string_value_iid: 2 }, null],
		['{}', { string_value_iid: 3 }, {}],
		['[]', { string_value_iid: 4 }, []],
		['a getter', { string_value_iid: 5 }, unrecorded('getter')],
		['a deep array', { string_value_iid: 10 }, unrecorded('deep', 'array')],
		['the last constant', { string_value_iid: 13 }, unrecorded('cut')],
		[
			'an array',
			{ array_values: [{ int_value: 1 }, { string_value_iid: 2 }, { array_values: [{ bool_value: false }] }] },
			[1, null, [false]],
		],
		[
			'an object',
			{
				dict_entries: [
					{ name: 'bigint', string_value: '1' },
					{ name: '__proto__', int_value: 2 },
				],
			},
			{ bigint: '1', ['__proto__']: 2 },
		],
		[
			'an object with more',
			{
				dict_entries: [
					{ name: 'x', int_value: 1 },
					{ name_iid: 14, uint_value: 9 },
				],
			},
			unrecorded('partial', '', { x: 1 }, 9),
		],
		[
			'an array with more',
			{ array_values: [{ int_value: 1 }, { dict_entries: [{ name_iid: 14, uint_value: 9 }] }] },
			[1, unrecorded('more', '', {}, 9)],
		],
		['a date', wrapper(4, '2026-01-02T03:04:05.678Z'), new Date('2026-01-02T03:04:05.678Z')],
		['no date', wrapper(4, 'invalid'), new Date(Number.NaN)],
		[
			'an error',
			wrapper(5, 'TypeError', { name_iid: 6, string_value: 'no' }),
			unrecorded('error', 'TypeError', { message: 'no' }),
		],
		[
			'a typed array',
			wrapper(7, 'Uint8Array', { name_iid: 8, int_value: 12 }),
			unrecorded('typed', 'Uint8Array', { length: 12 }),
		],
		[
			'an instance',
			wrapper(9, 'Conn', { name: 'fd', int_value: 3 }, { name_iid: 14, uint_value: 2 }),
			unrecorded('class', 'Conn', { fd: 3 }, 2),
		],
		['a Map', wrapper(9, 'Map', { name_iid: 10, int_value: 2 }), unrecorded('class', 'Map', { size: 2 })],
		['a regexp', wrapper(11, '/a/g'), unrecorded('regexp', '/a/g')],
		['a huge bigint', wrapper(1, '', { name_iid: 2, int_value: 5000 }), unrecorded('bigint', '', { bits: 5000 })],
	])('reads %s', async (_, fields, expected) => {
		const read = await value(fields, { stringLimit: 12 })
		if (typeof expected === 'number') expect(Object.is(read, expected)).toBe(true)
		else expect(read).toEqual(expected)
		if (expected !== null && typeof expected === 'object' && 'kind' in expected) expect(read).toBeInstanceOf(Unrecorded)
	})

	it('continues slices from segment to segment', async () => {
		const at = monotonic + 5000n
		const inline = { categories: ['hello/net'], name: 'request', track_uuid: 900 }
		const end = { ...inline, type: 2, debug_annotations: [{ name: 'tsgotrace.continues', bool_value: true }] }
		const begin = { ...inline, type: 1, debug_annotations: [{ name: 'tsgotrace.began', uint_value: monotonic + 10n }] }
		const trace = sample()
			.add({ timestamp: at, timestamp_clock_id: 3, track_event: end })
			.header(1)
			.add({ timestamp: at, timestamp_clock_id: 3, track_event: begin })
		expect((await all(trace.bytes())).filter(i => 'continues' in i).slice(-2)).toMatchObject([
			{ type: 'end', continues: true, args: {}, time: 5000, id: 'hello/net:traceRequestEnd' },
			{ type: 'begin', continues: false, began: 10, args: {}, time: 5000, id: 'hello/net:traceRequestBegin' },
		])
	})

	it('passes over unknown fields and packets', async () => {
		const trace = sample()
			.add({ trace_uuid_and_such: Buffer.from('whatever') })
			.event(3, 1, 1, 1, { made_up: 'x', flow_ids: [5n] })
		expect((await all(trace.bytes())).at(-1)).toMatchObject({ type: 'instant', id: 'hello/net:traceRecv' })
	})

	it('reads times of a machine that runs for a year', async () => {
		const at = 365n * 86_400_000_000_000n + 1n
		const items = await all(sample({ at }).bytes())
		expect(items.find(item => item.type === 'instant')!.time).toBe(1000)
	})
})

describe('several sequences', () => {
	it('keep their own tables, and share the clock', async () => {
		const [a, b] = [
			new TraceMaker({ sequence: 128, pid: 1 }),
			new TraceMaker({ sequence: 129, pid: 2, at: monotonic + 50n }),
		]
		for (const [i, maker] of [a, b].entries())
			maker
				.header()
				.state()
				.intern({ event_categories: [[1, `pkg${i}`]], event_names: [[1, 'traceX']] })
		const events = [a, b].map(maker => new TraceMaker(maker).event(3, 1, 1, 100).bytes())
		const mixed = Buffer.concat([a.bytes(), b.bytes(), events[1]!, events[0]!, events[0]!, events[1]!])
		expect(instants(await all(mixed)).map(i => `${i.time} ${i.id} ${i.track.process?.pid}`)).toEqual([
			'100 pkg0:traceX 1',
			'150 pkg1:traceX 2',
			'200 pkg0:traceX 1',
			'250 pkg1:traceX 2',
		])
	})

	it('report losses once, by what is known', async () => {
		const lost = sample().bytes()
		const counted = new TraceMaker().meta('loss', [
			{ name: 'events', uint_value: 5 },
			{ name: 'bytes', uint_value: 150 },
			{ name: 'reason', string_value: 'queue' },
		])
		const again = (): TraceMaker =>
			new TraceMaker()
				.state(monotonic + 9000n, { previous_packet_dropped: true })
				.intern(names)
				.event(3, 1, 1, 1)
		const losses = async (...parts: Buffer[]): Promise<unknown> =>
			(await all(Buffer.concat(parts))).filter(i => i.type === 'loss')
		expect(await losses(lost, counted.bytes(), again().bytes())).toMatchObject([
			{ events: 5, bytes: 150, reason: 'queue' },
		])
		expect(
			await losses(lost, again().parts[0]!, again().parts[1]!, counted.bytes(), ...again().parts.slice(2)),
		).toMatchObject([{ events: 5 }])
		expect(await losses(lost, again().bytes())).toMatchObject([
			{ events: null, reason: 'dropped', sequence: 128, time: 9001 - 1 + 1 },
		])
	})

	it('without their state are passed over until it comes', async () => {
		const late = new TraceMaker().event(3, 1, 1, 5).event(3, 1, 1, 5)
		const { items, error, reader } = await upTo(Buffer.concat([late.bytes(), sample().bytes()]))
		expect(error).toBeNull()
		expect(reader.progress.skipped).toBe(2)
		expect(items.filter(i => i.type === 'loss')).toMatchObject([{ events: null }])
		expect(items.filter(i => i.type === 'instant')).toHaveLength(1)
		expect((await upTo(late.bytes())).items).toMatchObject([{ type: 'loss' }])
	})
})

describe('input', () => {
	const bytes = sample().bytes()
	let dir: string
	let items: TraceItem[]
	beforeAll(async () => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-read-'))
		items = await all(bytes)
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it('may be a file, packed or not, and pieces of any size', async () => {
		const path = join(dir, 'a.perfetto-trace')
		writeFileSync(path, bytes)
		expect(await all(path)).toEqual(items)
		writeFileSync(path, gzipSync(bytes))
		expect(await all(path)).toEqual(items)
		const pieces = async function* (of: Buffer, size: number): AsyncGenerator<Uint8Array> {
			for (let i = 0; i < of.length; i += size) yield await Promise.resolve(of.subarray(i, i + size))
		}
		for (const size of [1, 7, 1000]) {
			expect(await all(pieces(bytes, size))).toEqual(items)
			expect(await all(pieces(gzipSync(bytes), size))).toEqual(items)
		}
	})

	it('may be segments one behind the other, some of them packed', async () => {
		const plain = (n: number): Buffer => new TraceMaker().header(n).state().intern(names).event(3, 1, 1, n).bytes()
		const packed = (n: number): Buffer => gzipSync(plain(n))
		for (const order of [
			[plain(0), packed(1), plain(2), packed(3), packed(4), plain(5)],
			[packed(0), packed(1), plain(2)],
			[plain(0), plain(1)],
		]) {
			const read = await all(Buffer.concat(order))
			const expected = order.flatMap((_, i) => [
				['recording', i],
				['instant', 'hello/net:traceRecv'],
			])
			expect(read.map(i => [i.type, i.type === 'recording' ? i.segment : i.type === 'instant' ? i.id : null])).toEqual(
				expected,
			)
		}
	})

	it('that is large stays out of memory, in packets of any size', async () => {
		const big = 'x'.repeat(3_000_000)
		const trace = sample({ stringLimit: 1e9 })
		for (let i = 0; i < 5; i++)
			trace.event(3, 1, 1, 1, { debug_annotations: [{ name_iid: 64, string_value: big }] }).event(3, 1, 1, 1)
		const signals = instants(await all(trace.bytes()))
		expect(signals.map(s => (typeof s.args['a'] === 'string' ? s.args['a'].length : 0))).toEqual([
			0,
			...Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 3_000_000 : 0)),
		])
	})

	it('that is cut anywhere gives everything before the cut', async () => {
		const starts = sample().parts.map((_, i, parts) => parts.slice(0, i).reduce((sum, part) => sum + part.length, 0))
		for (let cut = 1; cut < bytes.length; cut++) {
			const { items: read, error } = await upTo(bytes.subarray(0, cut))
			const whole = starts.includes(cut)
			expect(error?.problem ?? null).toBe(whole ? null : 'truncated')
			if (!whole) expect(starts).toContain(error!.offset)
			expect(items.slice(0, read.length)).toEqual(
				read.map((item, i) => ({ ...item, ...('track' in item ? { track: (items[i] as TraceSignal).track } : {}) })),
			)
		}
	})

	it('that is cut while packed gives what can be unpacked', async () => {
		const packed = gzipSync(
			Buffer.concat([bytes, ...Array.from({ length: 2000 }, (_, i) => new TraceMaker().event(3, 1, 1, i).bytes())]),
		)
		const { items: read, error } = await upTo(packed.subarray(0, packed.length - 20))
		expect(error).toMatchObject({ problem: 'truncated' })
		expect(read.length).toBeGreaterThan(items.length)
		const damaged = Buffer.from(packed)
		damaged[damaged.length - 6]! ^= 1
		expect((await upTo(damaged)).error).toMatchObject({
			problem: 'corrupt',
			message: 'the checksum of the compressed data is wrong',
		})
	})

	it.each<[string, Buffer, string]>([
		['Chrome JSON', Buffer.from('{"traceEvents":[]}'), 'a Chrome JSON trace'],
		['text', Buffer.from('\nhello, world. This is no trace at all, but a text.'), 'text'],
		['a program', Buffer.from('\x7fELF\x02\x01\x01'), 'a program'],
		['packed text', gzipSync('hello'), 'text'],
		['noise', Buffer.from([1, 2, 3, 4]), ''],
	])('that is %s is called foreign', async (_, input, looks) => {
		const { items: read, error } = await upTo(input)
		expect(read).toEqual([])
		expect(error).toMatchObject({
			problem: 'foreign',
			offset: 0,
			message: `not a Perfetto trace${looks === '' ? '' : `: it looks like ${looks}`}`,
		})
	})

	it('that stops being a trace says where', async () => {
		const { items: read, error } = await upTo(Buffer.concat([bytes, Buffer.from('garbage')]))
		expect(read).toEqual(items)
		expect(error).toMatchObject({ problem: 'corrupt', offset: bytes.length, message: 'no packet starts here' })
		expect((await upTo(Buffer.concat([bytes, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f])]))).error).toMatchObject(
			{
				problem: 'corrupt',
				offset: bytes.length,
			},
		)
	})

	it('with a damaged packet goes on with the next state', async () => {
		const damaged = Buffer.concat([packet({ trusted_packet_sequence_id: 128 }).subarray(2), Buffer.from([0x5a, 0x7f])])
		const trace = Buffer.concat([
			bytes,
			Buffer.from([0x0a, damaged.length]),
			damaged,
			new TraceMaker().event(3, 1, 1, 1).bytes(),
			bytes,
		])
		const { items: read, error, reader } = await upTo(trace)
		expect(error).toBeNull()
		expect(reader.progress).toMatchObject({ damaged: 1, skipped: 1 })
		expect(read.filter(i => i.type === 'loss').map(i => i.reason)).toEqual([
			`damaged packet at byte ${bytes.length}: a field is longer than the message that contains it`,
			'dropped',
		])
		expect(read.filter(i => i.type === 'instant')).toHaveLength(2)
	})

	it('of any bytes harms nothing', async () => {
		const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
		await fc.assert(
			fc.asyncProperty(flips, async changes => {
				const changed = Buffer.from(bytes)
				for (const [at, byte] of changes) changed[at] = byte
				const { error } = await upTo(changed)
				if (error !== null) expect(['truncated', 'corrupt', 'foreign']).toContain(error.problem)
			}),
			{ numRuns: runs(100, 500) },
		)
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async noise => {
				await upTo(noise)
			}),
			{ numRuns: runs(60, 300) },
		)
	})

	it('that is not there is an error of the system', async () => {
		await expect(all(join(dir, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' })
	})

	it.each([undefined, null, 5, {}, [5], () => bytes])('is not %o', input => {
		expect(() => readTrace(input as never)).toThrow(
			'readTrace takes a path, bytes, a stream of bytes, or a list of these',
		)
	})

	it('is read by readTrace, and not by what takes a trace', async () => {
		expect(() => slicesOf('a.trace' as never)).toThrow(
			"a trace is expected, such as readTrace('app.perfetto-trace'), not 'a.trace'",
		)
		await expect(analyze(undefined as never)).rejects.toThrow('a trace is expected')
		await expect(convert('a.trace' as never, jsonl()).next()).rejects.toThrow('a trace is expected')
		await expect(convert(readTrace(bytes), 'jsonl' as never).next()).rejects.toThrow(
			'convert: a conversion is expected, such as chrome()',
		)
	})

	it('is read once', async () => {
		const reader = readTrace(bytes)
		await collect(reader)
		await expect(collect(reader)).rejects.toThrow('only once')
	})
})
