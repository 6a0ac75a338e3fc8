// What goes into the recorder comes out of the reader.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RecordOptions, record } from '@tsgotrace/record'
import {
	CutString,
	readTrace,
	type TraceInput,
	type TraceItem,
	type TraceSignal,
	type TraceValue,
	Unrecorded,
} from '@tsgotrace/trace/read'
import { Pairing, type Slice } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { loadTrace } from '../../trace/test/perfetto.js'
import { declare } from './events.js'

async function items(input: TraceInput): Promise<TraceItem[]> {
	const all: TraceItem[] = []
	for await (const item of readTrace(input)) all.push(item)
	return all
}

/** Record what `run` signals, and read it. */
async function recorded(run: () => void, options: Partial<RecordOptions> = {}): Promise<TraceItem[]> {
	const chunks: Uint8Array[] = []
	const recorder = record({ events: 'trip:*', to: chunk => chunks.push(chunk), ...options })
	try {
		run()
	} finally {
		recorder.stop()
	}
	return items(Buffer.concat(chunks))
}

const signals = (all: readonly TraceItem[]): TraceSignal[] =>
	all.filter((item): item is TraceSignal => item.type === 'instant')

/** Whether `read` says of `value` what is true, where the recorder had to leave something out. */
function isFaithful(read: TraceValue, value: unknown): boolean {
	if (read instanceof CutString)
		return (
			typeof value === 'string' && value.startsWith(read.start) && value.length === read.start.length + read.missing
		)
	if (read instanceof Unrecorded) {
		if (read.kind === 'deep') return Array.isArray(value) === (read.name === 'array')
		if (read.kind === 'partial')
			return (
				entries(read.fields, value) &&
				Object.keys(value as object).length === Object.keys(read.fields).length + read.more
			)
		if (read.kind === 'bigint')
			return typeof value === 'bigint' && value.toString(2).length > 1024 && Number(read.fields['bits']) > 1024
		return read.kind === 'cut'
	}
	if (read instanceof Date) return value instanceof Date && Object.is(read.getTime(), value.getTime())
	if (Array.isArray(read)) {
		const last = read.at(-1) as TraceValue
		const whole = last instanceof Unrecorded && (last.kind === 'more' || last.kind === 'cut') ? read.slice(0, -1) : read
		const left = last instanceof Unrecorded && last.kind === 'more' ? last.more : 0
		if (
			!Array.isArray(value) ||
			(whole === read ? value.length !== read.length : left > 0 && value.length !== whole.length + left)
		)
			return false
		return whole.every((element: TraceValue, i) => isFaithful(element, value[i]))
	}
	if (typeof read === 'object' && read !== null)
		return (
			entries(read as Record<string, TraceValue>, value) &&
			Object.keys(value as object).length === Object.keys(read).length
		)
	return Object.is(read, value)
}

function entries(read: Readonly<Record<string, TraceValue>>, value: unknown): boolean {
	return (
		typeof value === 'object' &&
		value !== null &&
		Object.keys(read).every(
			name => Object.hasOwn(value, name) && isFaithful(read[name], (value as Record<string, unknown>)[name]),
		)
	)
}

describe('a recording', () => {
	const any = declare('trip:traceAny', 'value: unknown', 'again: unknown')

	it('has any arguments as they were, or says what is missing', async () => {
		const values = fc.anything({
			withBigInt: true,
			withDate: true,
			withSparseArray: false,
			withNullPrototype: false,
			withObjectString: true,
			maxDepth: 8,
		})
		const strings = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 3000 }),
			fc.string({ maxLength: 20 }).map(s => `${s}\ud800${s}`),
		)
		const numbers = fc.oneof(
			fc.double(),
			fc.integer(),
			fc.bigInt(),
			fc.bigInt({ min: 0n, max: 2n ** 64n }),
			fc.constantFrom(-0, 2 ** 53, -(2 ** 53), 2n ** 64n - 1n, -1n, 1n << 5000n),
		)
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.oneof(values, strings, numbers), fc.oneof(numbers, strings)), {
					minLength: 1,
					maxLength: 20,
				}),
				async list => {
					const read = signals(
						await recorded(() => {
							for (const [a, b] of list) any(a, b)
						}),
					)
					expect(read).toHaveLength(list.length)
					for (const [i, { args }] of read.entries()) {
						expect(Object.keys(args)).toEqual(['value', 'again'])
						for (const [name, value] of [
							['value', list[i]![0]],
							['again', list[i]![1]],
						] as const)
							if (!isFaithful(args[name], value)) expect({ name, read: args[name] }).toEqual({ name, read: value })
					}
				},
			),
			{ numRuns: runs(40, 200) },
		)
	})

	it('has values that are not data by name', async () => {
		class Conn {
			fd = 3
			get secret(): never {
				throw new Error('called')
			}
		}
		const loop: unknown[] = []
		loop.push(loop)
		const values = [
			new TypeError('no'),
			new Uint8Array(7),
			Buffer.from('hello, world, and more'),
			new Float64Array(2),
			new Map([[1, 2]]),
			/a/gi,
			Symbol('s'),
			Conn,
			new Conn(),
			new Proxy({}, {}),
			loop,
			{
				get x() {
					throw new Error('called')
				},
			},
		]
		const read = signals(await recorded(() => values.forEach(v => any(v, 0)))).map(s => s.args['value'])
		const known = (kind: string, name = '', fields = {}): unknown =>
			expect.objectContaining({ kind, name, fields }) as unknown
		expect(read).toEqual([
			known('error', 'TypeError', { message: 'no' }),
			known('typed', 'Uint8Array', { length: 7, bytes: '00000000000000' }),
			known('typed', 'Buffer', { length: 22, bytes: Buffer.from('hello, world, an').toString('hex') }),
			known('typed', 'Float64Array', { length: 2 }),
			known('class', 'Map', { size: 1 }),
			known('regexp', '/a/gi'),
			known('symbol', 's'),
			known('function', 'Conn'),
			known('class', 'Conn', { fd: 3 }),
			known('proxy'),
			[known('circular')],
			{ x: known('getter') },
		])
	})

	it('has times, counts and statistics', async () => {
		const tick = declare('trip:traceTick', 'n: number')
		const before = BigInt(Date.now()) * 1_000_000n
		const reader = await recorded(() => {
			for (let i = 0; i < 5000; i++) tick(i)
		})
		const ticks = signals(reader)
		expect(ticks.map(s => s.args['n'])).toEqual(Array.from({ length: 5000 }, (_, i) => i))
		expect(ticks.every((s, i) => i === 0 || s.time >= ticks[i - 1]!.time)).toBe(true)
		expect(ticks[0]!.track).toMatchObject({ kind: 'thread', process: { pid: process.pid } })
		const recording = reader.find(item => item.type === 'recording')
		expect(Math.abs(Number(recording!.began - before))).toBeLessThan(5e9)
		expect(reader.filter(i => i.type === 'statistics' && i.id === 'trip:traceTick')).toMatchObject([
			{ signals: 5000, recorded: 5000, sampledOut: 0, dropped: 0 },
		])
		expect(reader.at(-1)).toMatchObject({ type: 'stop', reason: 'stop' })
	})

	it('is weighed by what it says of sampling', async () => {
		const often = declare('trip:traceOften')
		const all = await recorded(
			() => {
				for (let i = 0; i < 1000; i++) often()
			},
			{ sample: { 'trip:traceOften': { every: 10 } } },
		)
		expect(signals(all)).toHaveLength(100)
		expect(all.filter(i => i.type === 'statistics' && i.id === 'trip:traceOften').at(-1)).toMatchObject({
			signals: 1000,
			recorded: 100,
			sampledOut: 900,
			dropped: 0,
		})
	})
})

describe('slices', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-trip-'))
	})
	afterAll(() => rmSync(dir, { recursive: true }))
	const [begin, end] = [
		declare('trip:traceJobBegin', 'id: number', 'pad: string'),
		declare('trip:traceJobEnd', 'id: number', 'pad: string'),
	]

	function paired(all: readonly TraceItem[], limit?: number): { slices: Slice[]; pairs: Pairing; open: number } {
		const pairs = new Pairing(limit)
		const { slices } = pairs.take(all)
		return {
			slices: slices.filter((slice, i): slice is Slice => slice !== null && all[i]!.type === 'end'),
			pairs,
			open: pairs.open,
		}
	}

	it('that overlap are distinguished', async () => {
		const all = await recorded(() => {
			for (let i = 0; i < 100; i++) begin(i, '')
			for (let i = 99; i >= 0; i--) end(i, '')
			begin(100, '')
		})
		const { slices, pairs, open } = paired(all)
		expect(slices.map(s => [s.args['id'], s.endArgs['id']])).toEqual(
			Array.from({ length: 100 }, (_, i) => [99 - i, 99 - i]),
		)
		expect(slices.every(s => s.end >= s.start)).toBe(true)
		expect([pairs.unmatched, pairs.unfinished, open]).toEqual([0, 0, 1])
	})

	it('are the ones that Perfetto finds, from a file and from a ring that has lost its start', async () => {
		const tick = declare('trip:traceStep', 'n: number')
		const pad = 'x'.repeat(200)
		for (const ring of [false, true]) {
			const path = join(dir, ring ? 'ring.perfetto-trace' : 'file.perfetto-trace')
			const recorder = record({ events: 'trip:*', to: ring ? { ring: 256 * 1024 } : path })
			begin(-1, '')
			for (let i = 0; i < 3000; i++) {
				begin(i, `${i}${pad}`)
				tick(i)
				end(i, '')
			}
			begin(-2, '')
			if (ring) recorder.dumpSync(path)
			end(-1, '')
			recorder.stop()
			const { faults, rows } = await loadTrace(path, {
				slices: "select ts, dur, name from slice where category = 'trip' order by ts, dur desc, slice.id",
			})
			expect(faults).toEqual([])
			const reader = readTrace(path)
			const all: TraceItem[] = []
			for await (const item of reader) all.push(item)
			expect(reader.progress).toMatchObject({ damaged: 0, skipped: 0 })
			const { slices, pairs } = paired(all)
			const found: { time: number; dur: number; name: string }[] = []
			for (const item of all) if (item.type === 'instant') found.push({ time: item.time, dur: 0, name: item.name })
			for (const slice of slices) found.push({ time: slice.start, dur: slice.end - slice.start, name: slice.name })
			for (const slice of pairs.finish().unfinished) found.push({ time: slice.start, dur: -1, name: slice.name })
			const key = (time: number, dur: number, name: unknown): string => `${time} ${dur} ${String(name)}`
			const first = Math.min(...found.map(f => f.time))
			const theirs = rows['slices']!.map(r => ({ ts: r['ts'] as bigint, dur: Number(r['dur']), name: r['name'] }))
			const start = theirs.reduce((min, r) => (r.ts < min ? r.ts : min), theirs[0]!.ts)
			expect(found.map(f => key(Math.round(f.time - first), Math.round(f.dur), f.name)).sort()).toEqual(
				theirs.map(r => key(Number(r.ts - start), r.dur, r.name)).sort(),
			)
			expect(found.length).toBeGreaterThan(500)
			if (ring) expect(found.length).toBeLessThan(5000)
			else expect(found).toHaveLength(6002)
		}
	})

	it('of calls are on the thread, in each other', async () => {
		const [outer, outerEnd] = [declare('trip:traceOuterBegin'), declare('trip:traceOuterEnd')]
		const [inner, innerEnd] = [declare('trip:traceInnerBegin'), declare('trip:traceInnerEnd')]
		const rules: RecordOptions['slices'] = [{ begin: '*Begin', end: '*End', key: 'thread' }]
		const all = await recorded(
			() => {
				outer()
				inner()
				innerEnd()
				outerEnd()
			},
			{ slices: rules },
		)
		const { slices } = paired(all)
		expect(slices.map(s => [s.name, s.depth, s.track.kind])).toEqual([
			['traceInner', 1, 'thread'],
			['traceOuter', 0, 'thread'],
		])
	})

	it('that never end are given up, the first ones first', async () => {
		const all = await recorded(() => {
			for (let i = 0; i < 50; i++) begin(i, '')
			for (let i = 0; i < 50; i++) end(i, '')
		})
		const { slices, pairs } = paired(all, 20)
		expect([slices.length, pairs.unfinished, pairs.unmatched]).toEqual([20, 30, 30])
	})

	it('go on from segment to segment', async () => {
		const to = join(dir, 'many.perfetto-trace')
		const recorder = record({ events: 'trip:traceJob*', to, rotate: { size: 300_000 } })
		begin(-1, '')
		const pad = 'x'.repeat(500)
		for (let i = 0; i < 3000; i++) {
			begin(i, `${i}${pad}`)
			end(i, '')
		}
		end(-1, '')
		recorder.stop()
		const files = readdirSync(dir)
			.filter(f => f.startsWith('many'))
			.sort()
		const parts = await Promise.all(
			files.map(async f => ({ bytes: readFileSync(join(dir, f)), all: await items(join(dir, f)) })),
		)
		parts.sort((a, b) => segment(a.all) - segment(b.all))
		expect(parts.length).toBeGreaterThan(3)
		const { slices, pairs, open } = paired(await items(Buffer.concat(parts.map(p => p.bytes))))
		expect(slices).toHaveLength(3001)
		const long = slices.find(s => s.args['id'] === -1)!
		expect(long.end - long.start).toBeGreaterThan(
			slices.filter(s => s !== long).reduce((sum, s) => sum + s.end - s.start, 0),
		)
		expect([pairs.unmatched, pairs.unfinished, open]).toEqual([0, 0, 0])
	})

	const segment = (all: readonly TraceItem[]): number => all.find(i => i.type === 'recording')!.segment
})
