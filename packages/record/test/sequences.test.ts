// Several sequences in one file or ring, with encoders of different kinds: each is whole, whatever becomes of the
// others.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import type { Recorder, RecordOptions } from '@tsgotrace/record'
import { recordWith } from '@tsgotrace/record/encoders'
import { join } from '@tsgotrace/record/launch'
import { readTrace, type TraceItem } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { declare } from './events.js'
import { states } from './states.js'

const step = declare('sequences:traceStep', 'n: number', 'text: string')
const dir = mkdtempSync(pathOf(tmpdir(), 'sequences-'))
afterAll(() => rmSync(dir, { recursive: true }))

const tasks = ['ann', 'bob', 'cat'] as const
const kinds = ['running', 'waiting', 'ready'] as const

type Step =
	| { readonly do: 'event'; readonly times: number }
	| { readonly do: 'change'; readonly task: number; readonly state: number }
	| { readonly do: 'flush' | 'fail' | 'work' }

const steps = (...more: readonly ('flush' | 'fail' | 'work')[]): fc.Arbitrary<Step[]> =>
	fc.array(
		fc.oneof(
			{
				weight: 4,
				arbitrary: fc.record({ do: fc.constant('event' as const), times: fc.integer({ min: 1, max: 150 }) }),
			},
			{
				weight: 6,
				arbitrary: fc.record({
					do: fc.constant('change' as const),
					task: fc.integer({ min: 0, max: 2 }),
					state: fc.integer({ min: 0, max: 2 }),
				}),
			},
			...more.map(what => ({ weight: 1, arbitrary: fc.constant({ do: what }) })),
		),
		{ maxLength: 60, size: 'max' },
	)

interface Model {
	events: number
	/** Of each task. */
	readonly states: Map<string, string[]>
}

function play(
	all: readonly Step[],
	options: RecordOptions,
	failing: (fails: boolean) => void = () => {},
): { recorder: Recorder; model: Model } {
	const second = states()
	const recorder = recordWith({ events: 'sequences:*', ...options }, [second.make])
	const model: Model = { events: 0, states: new Map() }
	for (const one of all) {
		if (one.do === 'event')
			for (let i = 0; i < one.times; i++) step(model.events++, `text ${model.events} `.padEnd(200, 'x'))
		else if (one.do === 'change') {
			const task = tasks[one.task]!
			const state = kinds[one.state]!
			second.made().change(task, state)
			model.states.set(task, [...(model.states.get(task) ?? []), state])
		} else if (one.do === 'flush') recorder.flush()
		else failing(one.do === 'fail')
	}
	return { recorder, model }
}

interface Found {
	readonly events: number[]
	/** Of each task: the number of the state and its name. */
	readonly states: Map<string, [nth: number, state: string][]>
	readonly unmatched: number
	/** States within another one. */
	readonly nested: number
	readonly losses: number
}

async function found(trace: Uint8Array): Promise<Found> {
	const reader = slicesOf(readTrace(trace))
	const events: number[] = []
	const of = new Map<string, [number, string][]>()
	let nested = 0
	let losses = 0
	for await (const { items, slices } of reader.batches())
		for (const [i, item] of items.entries()) {
			if (item.type === 'loss') losses += item.events ?? 0
			if (item.type === 'instant') events.push(item.args['n'] as number)
			if (item.type !== 'begin') continue
			nested += slices[i]!.depth
			const nth = Number(item.args['nth'] ?? item.args['again'])
			const known = of.get(item.track.name!) ?? []
			of.set(item.track.name!, known)
			if (known.at(-1)?.[0] !== nth) known.push([nth, item.name])
		}
	return { events, states: of, unmatched: reader.unmatched, nested, losses }
}

const inPerfetto = {
	events: "select count(*) as n from slice where name = 'traceStep'",
	states: "select count(*) as n, sum(depth) as nested, sum(dur = -1) as open from slice where category = 'states'",
}

/** What a task's states must be: those of the model, with their numbers, but for some that are missing. */
function expectOf({ states: all }: Found, model: Model): void {
	for (const [task, known] of all) {
		const should = model.states.get(task)!
		for (const [nth, state] of known) expect(state).toBe(should[nth - 1])
		expect(known.map(([nth]) => nth)).toEqual(known.map(([nth]) => nth).toSorted((a, b) => a - b))
	}
}

const numbered = (of: Model['states']): Found['states'] =>
	new Map([...of].map(([task, all]) => [task, all.map((state, i): [number, string] => [i + 1, state])]))
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].toSorted(([a], [b]) => a.localeCompare(b))

let runs = 0
const fresh = (): string => mkdtempSync(pathOf(dir, `${runs++}-`))
let turns = 0
/** Perfetto takes its time. */
const isForPerfetto = (): boolean => turns++ % 8 === 0

describe('two encoders', { timeout: 120_000 }, () => {
	it.each([
		['one file', undefined],
		['files that are rotated', { size: 100_000 }],
	])('in %s: each is there as a whole', async (_, rotate) => {
		await fc.assert(
			fc.asyncProperty(steps('flush'), async all => {
				const to = fresh()
				const { recorder, model } = play(all, { to: pathOf(to, 't.perfetto-trace'), ...(rotate && { rotate }) })
				recorder.stop()
				const trace = Buffer.concat(
					readdirSync(to)
						.toSorted()
						.map(name => readFileSync(pathOf(to, name))),
				)
				const read = await found(trace)
				expect(read).toMatchObject({ events: upTo(model.events), unmatched: 0, nested: 0, losses: 0 })
				expect(sorted(read.states)).toEqual(sorted(numbered(model.states)))
				const changes = [...model.states.values()].flat().length
				expect(recorder.stats).toMatchObject({
					signals: model.events + changes,
					recorded: model.events + changes,
					dropped: 0,
					failed: 0,
				})
				if (!isForPerfetto()) return
				const { faults, rows } = await loadTrace(trace, inPerfetto)
				expect(faults).toEqual([])
				expect(rows['events']).toEqual([{ n: BigInt(model.events) }])
				// Each segment repeats the states that are open.
				if (rotate === undefined && changes > 0)
					expect(rows['states']).toEqual([{ n: BigInt(changes), nested: 0n, open: BigInt(model.states.size) }])
				expect(rows['states']![0]!['nested'] ?? 0n).toBe(0n)
			}),
			{ numRuns: 20, endOnFailure: true },
		)
	})

	it('though writing fails now and then: what is lost is counted, and changes no other state', async () => {
		await fc.assert(
			fc.asyncProperty(steps('flush', 'fail', 'work'), async all => {
				const chunks: Uint8Array[] = []
				let fails = false
				const to = (chunk: Uint8Array): void => {
					if (fails) throw new Error('not now')
					chunks.push(chunk)
				}
				const { recorder, model } = play(all, { to, onError: () => {} }, failing => (fails = failing))
				fails = false
				recorder.stop()
				const trace = Buffer.concat(chunks)
				const read = await found(trace)
				expect(read).toMatchObject({ unmatched: 0, nested: 0 })
				expectOf(read, model)
				// The state that each is in at the end, however much of what was before is lost.
				for (const [task, all] of model.states) expect(read.states.get(task)?.at(-1)).toEqual([all.length, all.at(-1)])
				const { recorded, dropped, signals, failed } = recorder.stats
				expect({ failed, signals }).toEqual({
					failed: 0,
					signals: model.events + [...model.states.values()].flat().length,
				})
				expect(recorded + dropped).toBe(signals)
				expect(read.events).toHaveLength(recorder.stats.events['sequences:traceStep']?.recorded ?? 0)
				if (!isForPerfetto()) return
				const { faults, rows } = await loadTrace(trace, inPerfetto)
				expect(faults.filter(fault => !/previous_packet_dropped|sequence_packet_loss|data_loss/.test(fault))).toEqual(
					[],
				)
				expect(rows['states']![0]!['nested'] ?? 0n).toBe(0n)
			}),
			{ numRuns: 25, endOnFailure: true },
		)
	})

	it('in a ring that has lost its start: the last of each, and the state that each task was in', async () => {
		await fc.assert(
			fc.asyncProperty(steps(), fc.boolean(), async (some, inBackground) => {
				const all = Array.from({ length: 4 }, () => some).flat()
				const { recorder, model } = play(all, { to: { ring: 1 << 18, dumpTo: pathOf(fresh(), 'd.perfetto-trace') } })
				const trace = readFileSync(inBackground ? await recorder.dump() : recorder.dumpSync())
				const { recorded, dropped, events } = recorder.stats
				recorder.stop()
				const read = await found(trace)
				expect(read).toMatchObject({ unmatched: 0, nested: 0 })
				expectOf(read, model)
				for (const [task, of] of model.states) expect(read.states.get(task)?.at(-1)).toEqual([of.length, of.at(-1)])
				expect(recorded + dropped).toBe(model.events + [...model.states.values()].flat().length)
				const steps = events['sequences:traceStep']?.recorded ?? 0
				expect(read.events).toEqual(upTo(model.events).slice(model.events - steps))
				if (!isForPerfetto()) return
				const { faults, rows } = await loadTrace(trace, inPerfetto)
				expect(faults).toEqual([])
				expect(rows['events']).toEqual([{ n: BigInt(steps) }])
				expect(rows['states']![0]!['nested'] ?? 0n).toBe(0n)
			}),
			{ numRuns: 15, endOnFailure: true },
		)
	})

	it('report a mistake of either with the id of the event, as an error and not as a loss', () => {
		const second = states()
		const errors: Error[] = []
		const recorder = recordWith({ events: 'sequences:*', to: () => {}, onError: error => errors.push(error) }, [
			second.make,
		])
		second.made().mistake = 'ready'
		for (const state of kinds) second.made().change('ann', state)
		step(1, 'a')
		recorder.stop()
		expect(errors.map(({ message }) => message)).toEqual([
			'states:change could not be encoded, because of an error in the recorder: no such state: ready',
		])
		expect(recorder.stats).toMatchObject({ signals: 4, recorded: 3, dropped: 0, failed: 1, errors: 1 })
		expect(recorder.stats.events['states:change']).toMatchObject({ recorded: 2, failed: 1, dropped: 0 })
	})

	it('get ids of their own when files of several threads are joined', async () => {
		const to = fresh()
		const path = pathOf(to, 'a.perfetto-trace')
		const { recorder, model } = play(
			[{ do: 'event', times: 3 }, ...[0, 1, 2].map(state => ({ do: 'change', task: 0, state }) as const)],
			{
				to: path,
			},
		)
		recorder.stop()
		const copy = pathOf(to, 'b.perfetto-trace')
		writeFileSync(copy, readFileSync(path))
		const report = { state: 'ended' } as Parameters<typeof join>[0][number]['report']
		const joined = pathOf(to, 'joined.perfetto-trace')
		await join(
			[path, copy].map(part => ({ report, paths: [part] })),
			joined,
		)
		const ids = new Set<number>()
		const items: TraceItem[] = []
		for await (const batch of readTrace(joined).batches()) items.push(...batch)
		for (const item of items) if (item.type === 'recording') ids.add(item.sequence % 65_536)
		expect(ids.size).toBe(4)
		expect(items.filter(({ type }) => type === 'instant')).toHaveLength(2 * model.events)
		expect(items.filter(({ type }) => type === 'begin')).toHaveLength(6)
	})
})
