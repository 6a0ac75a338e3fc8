// Slices that are reported when they have ended, slices that get their name from an argument, flows, and stacks.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { cutPackets } from '@tsgotrace/trace/format/packets'
import { readTrace, type TraceItem } from '@tsgotrace/trace/read'
import { type Slice, slicesOf } from '@tsgotrace/trace/slices'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { collect } from './collect.js'
import { declare, type Stub } from './events.js'

const query = declare('means:traceQueryDone', 'ms: number', 'n: number')
const late = declare('means:traceLateDone', 'ms: number', 'ago: number', 'n: number')
const named = declare('means:traceWorkDone', 'ms: number', 'slice: string', 'n: number')
const regionBegin = declare('means:traceRegionBegin', 'id: number', 'slice: string', 'n: number')
const regionEnd = declare('means:traceRegionEnd', 'id: number', 'n: number')
const httpBegin = declare('means:traceHttpBegin', 'id: number', 'method: string', 'route: string', 'n: number')
const httpEnd = declare('means:traceHttpEnd', 'id: number', 'n: number')
const pad = declare('means:tracePad', 'text: string')
const send = declare('means:traceSend', 'n: number', 'flow: number | string')
const receive = declare('means:traceReceive', 'n: number', 'flow: unknown')
const plain = declare('means:tracePlain', 'n: number')

const slices = [
	{ begin: '*HttpBegin', end: '*HttpEnd', name: '{method} {route}' },
	{ begin: '*Begin', end: '*End' },
]
const dir = mkdtempSync(join(tmpdir(), 'means-'))
afterAll(() => rmSync(dir, { recursive: true }))

type Kind = 'region' | 'http'
type Step =
	| { readonly do: 'done' | 'named'; readonly ms: number; readonly name: string }
	| { readonly do: 'begin' | 'end'; readonly kind: Kind; readonly key: number; readonly name: string }
	| { readonly do: 'pad'; readonly times: number }

const names = fc.oneof(fc.constantFrom('load', 'save', 'GET /x', ''), fc.string({ unit: 'grapheme', maxLength: 12 }))
/** Milliseconds: any, and whole nanoseconds, which are written in another way. */
const durations = (max: number): fc.Arbitrary<number> =>
	fc.oneof(
		fc.double({ min: 0, max, noNaN: true }),
		fc.integer({ min: 0, max: max * 1e6 }).map(ns => ns / 1e6),
	)
const steps = fc.array(
	fc.oneof(
		fc.record({ do: fc.constantFrom('done' as const, 'named' as const), ms: durations(3), name: names }),
		fc.record({
			do: fc.constantFrom('begin' as const, 'end' as const),
			kind: fc.constantFrom('region' as const, 'http' as const),
			key: fc.integer({ min: 0, max: 3 }),
			name: names,
		}),
		fc.record({ do: fc.constant('pad' as const), times: fc.integer({ min: 1, max: 30 }) }),
	),
	{ maxLength: 60, size: 'max' },
)

/** A slice that should be there: its name, and the number of the signal that began it and of the one that ended it. */
interface Expected {
	readonly name: string
	readonly begin: number
	/** Null: it is still open. */
	end: number | null
	readonly ms: number | null
	readonly kind: Kind | null
	readonly key: number
}

const begins = {
	region: (key: number, name: string, n: number): string => {
		regionBegin(key, name, n)
		return name === '' ? 'traceRegion' : name
	},
	http: (key: number, name: string, n: number): string => {
		httpBegin(key, 'GET', name, n)
		return `GET ${name}`
	},
}
const ends: Readonly<Record<Kind, Stub>> = { region: regionEnd, http: httpEnd }

let salt = 0

function play(all: readonly Step[]): Expected[] {
	const model: Expected[] = []
	let n = 0
	for (const step of all) {
		n++
		switch (step.do) {
			case 'done':
				query(step.ms, n)
				model.push({ name: 'traceQuery', begin: n, end: n, ms: step.ms, kind: null, key: 0 })
				break
			case 'named':
				named(step.ms, step.name, n)
				model.push({
					name: step.name === '' ? 'traceWork' : step.name,
					begin: n,
					end: n,
					ms: step.ms,
					kind: null,
					key: 0,
				})
				break
			case 'begin':
				model.push({
					name: begins[step.kind](step.key, step.name, n),
					begin: n,
					end: null,
					ms: null,
					kind: step.kind,
					key: step.key,
				})
				break
			case 'end': {
				const open = model.findLast(({ end, kind, key }) => end === null && kind === step.kind && key === step.key)
				if (open === undefined) break
				ends[step.kind](step.key, n)
				open.end = n
				break
			}
			case 'pad':
				for (let i = 0; i < step.times; i++) pad(`${++salt} `.padEnd(1000, 'x'))
		}
	}
	return model
}

async function found(trace: Uint8Array): Promise<{ slices: Slice[]; unmatched: number; items: TraceItem[] }> {
	const reader = slicesOf(readTrace(trace))
	const all: Slice[] = []
	const items: TraceItem[] = []
	for await (const batch of reader.batches()) {
		items.push(...batch.items)
		for (const [i, item] of batch.items.entries())
			if (item.type === 'end' && batch.slices[i] !== null) all.push(batch.slices[i]!)
		all.push(...batch.unfinished)
	}
	return { slices: all, unmatched: reader.unmatched, items }
}

const byBegin = (a: { readonly begin: number }, b: { readonly begin: number }): number => a.begin - b.begin
let turns = 0

function check(read: Awaited<ReturnType<typeof found>>, model: readonly Expected[]): void {
	expect(read.unmatched).toBe(0)
	expect(
		read.slices
			.map(({ name, args, endArgs, ended }) => ({
				name,
				begin: args['n'] as number,
				end: ended ? (endArgs['n'] as number) : null,
			}))
			.toSorted(byBegin),
	).toEqual(model.map(({ name, begin, end }) => ({ name, begin, end })).toSorted(byBegin))
	for (const slice of read.slices) {
		const { ms } = model.find(({ begin }) => begin === slice.args['n'])!
		expect(slice.depth).toBe(0)
		// Shorter only if it would begin before the recording.
		if (ms !== null && slice.start > 0) expect(Math.abs(slice.end - slice.start - ms * 1e6)).toBeLessThanOrEqual(1)
		if (ms !== null) expect(slice.args['ms']).toBe(ms)
	}
}

describe('slices', { timeout: 120_000 }, () => {
	it.each([
		['in one file', undefined],
		['in files that are rotated', { size: 40_000 }],
	])('that had ended when they were reported, or have their name from an argument: %s', async (_, rotate) => {
		await fc.assert(
			fc.asyncProperty(steps, async all => {
				const to = mkdtempSync(join(dir, 'run-'))
				const recorder = record({
					events: 'means:*',
					to: join(to, 't.perfetto-trace'),
					slices,
					...(rotate && { rotate }),
				})
				const model = play(all)
				recorder.stop()
				const segments = readdirSync(to)
					.toSorted()
					.map(name => readFileSync(join(to, name)))
				const trace = Buffer.concat(segments)
				const read = await found(trace)
				check(read, model)
				// An event is one, though it is two packets.
				const events = read.items.filter(
					item => (item.type === 'begin' && item.began === null) || (item.type === 'end' && !item.continues),
				)
				expect(events.filter(item => 'id' in item && item.id === 'means:traceQueryDone')).toHaveLength(
					recorder.stats.events['means:traceQueryDone']?.recorded ?? 0,
				)
				expect(new Set(events.map(item => ('id' in item ? item.id : '')))).toEqual(
					new Set(
						Object.entries(recorder.stats.events).flatMap(([id, { recorded }]) =>
							recorded > 0 && id !== 'means:tracePad' ? [id] : [],
						),
					),
				)
				for (const segment of segments) expect((await found(segment)).unmatched).toBe(0)
				if (turns++ % 10 !== 0) return
				const { faults, rows } = await loadTrace(trace, {
					slices:
						"select name, dur, depth from slice where category = 'means' and name != 'tracePad' order by slice.id",
				})
				expect(faults).toEqual([])
				expect(rows['slices']!.filter(({ depth }) => depth !== 0n)).toEqual([])
				if (rotate !== undefined) return
				const sorted = (list: readonly string[]): string[] => list.toSorted()
				expect(sorted(rows['slices']!.map(({ name }) => String(name)))).toEqual(sorted(model.map(({ name }) => name)))
				const durations = read.slices.filter(({ ended }) => ended).map(({ start, end }) => end - start)
				const theirs = rows['slices']!.map(({ dur }) => Number(dur)).filter(dur => dur >= 0)
				expect(theirs.toSorted((a, b) => a - b)).toEqual(durations.toSorted((a, b) => a - b))
			}),
			{ numRuns: 30, endOnFailure: true },
		)
	})

	it('that had ended have the number that was reported, whatever it is, and its sum', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.oneof(durations(50), durations(1e7), fc.constantFrom(-0, 0, 1e-7, 5e-324, 1e12)), { minLength: 1 }),
				async all => {
					const { bytes } = collect({ events: 'means:*', slices })
					for (const [i, ms] of all.entries()) query(ms, i)
					const { items } = await found(bytes())
					const reported = items.filter(item => item.type === 'begin' && item.id === 'means:traceQueryDone')
					expect(reported.map(item => ('args' in item ? item.args : null))).toEqual(all.map((ms, n) => ({ ms, n })))
					for (const item of reported) expect('args' in item && Object.keys(item.args)).toEqual(['ms', 'n'])
				},
			),
			{ numRuns: 50, endOnFailure: true },
		)
	})

	it('that had ended are there without their duration where a trace is cut before their end', async () => {
		const { bytes } = collect({ events: 'means:*', slices })
		for (let n = 0; n < 3; n++) query(0.5, n)
		const whole = bytes()
		const cuts: number[] = []
		cutPackets(whole, (_, end) => cuts.push(end))
		const read = await Promise.all(cuts.map(async end => found(whole.subarray(0, end))))
		const args = read.map(({ slices: all, items }) => [
			items.flatMap(item => (item.type === 'begin' ? [item.args] : [])),
			all.filter(({ ended }) => ended).length,
		])
		const [[first], [second], [third]] = [0, 1, 2].map(n => [{ ms: 0.5, n }]) as [[object], [object], [object]]
		const expected = [
			[[], 0],
			[[{ n: 0 }], 0],
			[[first], 1],
			[[first, { n: 1 }], 1],
			[[first, second], 2],
			[[first, second, { n: 2 }], 2],
			[[first, second, third], 3],
		]
		expect(args.filter((one, i) => i === 0 || JSON.stringify(one) !== JSON.stringify(args[i - 1]))).toEqual(expected)
	})

	it('that had ended some time before they are reported end then, and not when they are reported', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ ms: durations(1), ago: fc.oneof(fc.constant(0), durations(1)), gap: fc.boolean() }), {
					minLength: 1,
					maxLength: 30,
				}),
				async all => {
					const { bytes } = collect({ events: 'means:*', slices })
					const from = performance.now()
					plain(-1)
					// What was before the recording is not in it.
					while (performance.now() - from < 2.1);
					for (const [i, { ms, ago, gap }] of all.entries()) {
						if (gap) plain(i)
						late(ms, ago, i)
						plain(i)
					}
					const trace = bytes()
					const { slices: read, items } = await found(trace)
					const ended = read.filter(({ id }) => id === 'means:traceLateDone')
					expect(ended.map(({ args }) => args)).toEqual(all.map(({ ms, ago }, n) => ({ ms, ago, n })))
					const at = items.flatMap((item, i) =>
						item.type === 'end' ? [[items[i - 2]!.time ?? 0, items[i + 1]!.time ?? 0] as const] : [],
					)
					for (const [i, { ms, ago }] of all.entries()) {
						const { start, end } = ended[i]!
						const [before, after] = at[i]!
						expect(end).toBeGreaterThanOrEqual(before - ago * 1e6 - 128)
						expect(end).toBeLessThanOrEqual(after - ago * 1e6 + 128)
						expect(Math.abs(end - start - ms * 1e6)).toBeLessThan(128)
					}
					if (turns++ % 10 !== 0) return
					const { faults, rows } = await loadTrace(trace, {
						slices: "select dur, depth from slice where name = 'traceLate' order by slice.id",
					})
					expect(faults).toEqual([])
					const durations = ended.map(({ start, end }) => end - start).toSorted((a, b) => a - b)
					expect(rows['slices']!.map(({ dur }) => Number(dur)).toSorted((a, b) => a - b)).toEqual(durations)
					expect(rows['slices']!.filter(({ depth }) => depth !== 0n)).toEqual([])
				},
			),
			{ numRuns: 30, endOnFailure: true },
		)
	})

	it('that had ended take few bytes', () => {
		const { rec } = collect({ events: 'means:*', slices })
		for (let n = 0; n < 1000; n++) query(0.5, n)
		const { recorded, bytes } = rec.stats.events['means:traceQueryDone']!
		expect(recorded).toBe(1000)
		expect(bytes / recorded).toBeLessThan(80)
	})

	it('of a ring keep their names, though their begins are overwritten', async () => {
		const to = join(dir, 'ring.perfetto-trace')
		const recorder = record({ events: 'means:*', to: { ring: 1 << 18, dumpTo: to }, slices })
		regionBegin(1, 'the first', 1)
		httpBegin(1, 'PUT', '/a', 2)
		for (let i = 0; i < 1000; i++) pad(`${i} `.padEnd(1000, 'x'))
		query(1, 3)
		regionEnd(1, 4)
		httpEnd(1, 5)
		const trace = readFileSync(recorder.dumpSync())
		recorder.stop()
		const read = await found(trace)
		expect(read.slices.map(({ name, id, ended }) => [name, id, ended])).toEqual([
			['traceQuery', 'means:traceQueryDone', true],
			['the first', 'means:traceRegionBegin', true],
			['PUT /a', 'means:traceHttpBegin', true],
		])
	})

	it('with a duration that is none are instants, and so are more than a thousand that overlap', async () => {
		const { rec, bytes } = collect({ events: 'means:*' })
		for (const ms of [Number.NaN, -1, Number.POSITIVE_INFINITY, 'x', undefined]) query(ms, 0)
		for (let i = 0; i < 1005; i++) query(1e9, i)
		const { items, slices: all } = await found(bytes())
		expect(items.filter(item => item.type === 'instant' && item.id === 'means:traceQueryDone')).toHaveLength(10)
		expect(all).toHaveLength(1000)
		expect(all.every(({ start }) => start >= 0)).toBe(true)
		expect(rec.stats).toMatchObject({ recorded: 1010, dropped: 0, failed: 0 })
	})

	it('are instants where slices are switched off, and have no name of what is redacted', async () => {
		const off = collect({ events: 'means:*', slices: false })
		query(1, 1)
		expect((await found(off.bytes())).items.filter(({ type }) => type === 'instant')).toHaveLength(1)
		const redacted = collect({ events: 'means:*', redact: { '*': ['slice', 'ms'] } })
		regionBegin(1, 'secret', 1)
		regionEnd(1, 2)
		query(1, 3)
		const bytes = redacted.bytes()
		const { slices: all, items } = await found(bytes)
		expect(all.map(({ name }) => name)).toEqual(['traceRegion'])
		expect(items.flatMap(item => (item.type === 'instant' ? [item.id] : []))).toEqual(['means:traceQueryDone'])
		expect(Buffer.from(bytes).includes('secret')).toBe(false)
	})

	it('trigger a dump of a ring if they took long', async () => {
		const recorder = record({
			events: 'means:*',
			to: { ring: 1 << 18, dumpTo: join(dir, 'slow-%n.perfetto-trace'), slowSlice: 100 },
			slices,
		})
		query(99, 1)
		await Promise.resolve()
		query(101, 2)
		await Promise.resolve()
		// Behind the one that is on its way.
		await recorder.dump(join(dir, 'last.perfetto-trace'))
		recorder.stop()
		expect(readdirSync(dir).filter(name => name.startsWith('slow-'))).toHaveLength(1)
	})
})

describe('flows', { timeout: 60_000 }, () => {
	it('connect events that have the same one, in order of time, for readers and for Perfetto', async () => {
		const { bytes } = collect({ events: 'means:*' })
		send(1, 7)
		send(2, 'w3c-id')
		send(3, 8)
		receive(4, 7)
		receive(5, ['w3c-id', 8, 99n])
		receive(6, 7)
		receive(7, { no: 'flow' })
		receive(8, new Proxy([], { get: () => expect.unreachable() }))
		const trace = bytes()
		const { items } = await found(trace)
		const byFlow = new Map<bigint, number[]>()
		for (const item of items)
			if (item.type === 'instant')
				for (const flow of item.flows ?? []) byFlow.set(flow, [...(byFlow.get(flow) ?? []), item.args['n'] as number])
		expect([...byFlow.values()]).toEqual([[1, 4, 6], [2, 5], [3, 5], [5]])
		const { faults, rows } = await loadTrace(trace, {
			flows: `select a.int_value as a, b.int_value as b from flow join slice s on s.id = slice_out join slice t on t.id = slice_in
				join args a on a.arg_set_id = s.arg_set_id and a.key = 'debug.n' join args b on b.arg_set_id = t.arg_set_id and b.key = 'debug.n' order by 1, 2`,
		})
		expect(faults).toEqual([])
		expect(rows['flows']).toEqual([
			{ a: 1n, b: 4n },
			{ a: 2n, b: 5n },
			{ a: 3n, b: 5n },
			{ a: 4n, b: 6n },
		])
	})

	it('are connected from begin to begin, and from a slice that has ended', async () => {
		const begin = declare('meansflow:traceJobBegin', 'id: number', 'flow: number')
		const end = declare('meansflow:traceJobEnd', 'id: number')
		const done = declare('meansflow:traceStepDone', 'ms: number', 'flow: number')
		const { bytes } = collect({ events: 'meansflow:*' })
		begin(1, 5)
		done(0, 5)
		end(1)
		const trace = bytes()
		const { items } = await found(trace)
		const flows = items.flatMap(item => ('flows' in item ? [[item.type, item.flows?.length]] : []))
		expect(flows).toEqual([
			['begin', 1],
			['begin', 1],
			['end', 1],
		])
		const { faults, rows } = await loadTrace(trace, {
			flows:
				'select s.name as a, t.name as b from flow join slice s on s.id = slice_out join slice t on t.id = slice_in',
		})
		expect(faults).toEqual([])
		expect(rows['flows']).toEqual([{ a: 'traceJob', b: 'traceStep' }])
	})
})

describe('stacks', { timeout: 60_000 }, () => {
	it('are recorded of the events that were asked for, the innermost frame first', async () => {
		const { bytes } = collect({ events: 'means:*', stacks: 'means:tracePlain' })
		function inner(): void {
			plain(1)
		}
		function outer(): void {
			inner()
			// Another time, when its encoder is in place.
			inner()
		}
		outer()
		send(2, 1)
		const trace = bytes()
		const { items } = await found(trace)
		const signals = items.flatMap(item => (item.type === 'instant' ? [item] : []))
		expect(signals).toHaveLength(3)
		for (const { args } of signals.slice(0, 2)) {
			const stack = args['tsgotrace.stack'] as string[]
			const at = stack.findIndex(frame => frame.startsWith('inner '))
			// The stub of these tests, and nothing of the recorder.
			expect(at).toBe(1)
			expect(stack[at]).toMatch(/^inner .*means\.test\.ts:\d+$/)
			expect(stack[at + 1]).toMatch(/^outer .*means\.test\.ts:\d+$/)
			expect(stack.length).toBeLessThanOrEqual(16)
		}
		expect(signals[2]!.args).not.toHaveProperty('tsgotrace.stack')
		const { faults, rows } = await loadTrace(trace, {
			frames:
				"select count(*) as n from args where key glob 'debug.tsgotrace_stack*' and string_value glob 'inner *means.test.ts:*'",
		})
		expect(faults).toEqual([])
		expect(rows['frames']).toEqual([{ n: 2n }])
	})
})
