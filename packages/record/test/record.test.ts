import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { setup } from '@tsgotrace/runtime'
import { readTrace } from '@tsgotrace/trace/read'
import { afterAll, describe, expect, it } from 'vitest'
import { argsQuery, countersQuery, loadTrace, type Row, slicesQuery } from '../../trace/test/perfetto.js'
import { declare } from './events.js'

const dir = mkdtempSync(join(tmpdir(), 'record-'))
afterAll(() => rmSync(dir, { recursive: true }))

const query = declare('app/db:traceQuery', 'sql: string', 'rows: number', 'ms: number', 'ok: boolean')
const tick = declare('app:traceTick')
const depth = declare('app:traceQueueCount', 'n: number')
const requestBegin = declare('app:traceRequestBegin', 'id: number', 'url: string')
const requestEnd = declare('app:traceRequestEnd', 'id: number', 'status: number')
const jobPre = declare('app:traceJobPre', 'who: string')
const job = declare('app:traceJob')

/** The arguments of each slice, by its id. */
function argsOf(rows: readonly Row[]): Map<unknown, Record<string, unknown>> {
	const args = new Map<unknown, Record<string, unknown>>()
	for (const { id, key, value_type, int_value, string_value, real_value } of rows) {
		const of = args.get(id) ?? {}
		args.set(id, of)
		of[String(key).replace('debug.', '')] =
			value_type === 'string' ? string_value : value_type === 'real' ? real_value : int_value
	}
	return args
}

describe('a file', () => {
	it('has every event, with its arguments and its time, as Perfetto reads it', async () => {
		const to = join(dir, 'all.perfetto-trace')
		const rec = record({ events: 'app/**', to })
		const wanted: { sql: string; rows: number; ms: number; ok: boolean }[] = []
		const before = process.hrtime.bigint()
		for (let i = 0; i < 20_000; i++) {
			const args = { sql: `select ${i % 300}`, rows: i * 7, ms: i / 3 + 0.25, ok: i % 2 === 0 }
			wanted.push(args)
			query(args.sql, args.rows, args.ms, args.ok)
			tick()
		}
		const after = process.hrtime.bigint()
		rec.stop()
		const { faults, rows } = await loadTrace(to, { slices: slicesQuery, args: argsQuery })
		expect(faults).toEqual([])
		const args = argsOf(rows['args']!)
		const slices = rows['slices']!
		const queries = slices.filter(({ name }) => name === 'traceQuery')
		expect(queries.map(({ id, cat }) => ({ cat, ...args.get(id) }))).toEqual(
			wanted.map(({ sql, rows: n, ms, ok }) => ({ cat: 'app/db', sql, rows: BigInt(n), ms, ok: ok ? 1n : 0n })),
		)
		const times = slices.filter(({ cat }) => cat === 'app' || cat === 'app/db').map(({ ts }) => ts as bigint)
		expect(times).toHaveLength(40_000)
		expect(times.every((ts, i) => i === 0 || ts >= times[i - 1]!)).toBe(true)
		// Our clock is the one that hrtime reads; it was related to it once, within a few microseconds.
		expect(times[0]!).toBeGreaterThan(before - 20_000n)
		expect(times.at(-1)!).toBeLessThan(after + 20_000n)
		expect(rec.stats).toMatchObject({ signals: 40_000, recorded: 40_000, dropped: 0, sampledOut: 0 })
		expect(rec.stats.events['app:traceTick']).toMatchObject({ signals: 20_000, recorded: 20_000 })
		expect(readFileSync(to).length).toBeGreaterThan(rec.stats.bytes)
	})

	it('shows pairs as slices, keyed by the first argument or by context, and counts as counters', async () => {
		const to = join(dir, 'slices.perfetto-trace')
		const rec = record({ events: 'app:*', to })
		requestBegin(1, '/a')
		requestBegin(2, '/b')
		depth(2)
		requestEnd(1, 200)
		depth(1.5)
		depth(Number.NaN)
		requestEnd(3, 404)
		requestEnd(2, 500)
		await Promise.all(
			['x', 'y', 'z'].map(async (name, i) => {
				jobPre(name)
				await new Promise(resolve => setTimeout(resolve, 30 - 10 * i))
				job()
			}),
		)
		rec.stop()
		const { faults, rows } = await loadTrace(to, { slices: slicesQuery, args: argsQuery, counters: countersQuery })
		expect(faults).toEqual([])
		const args = argsOf(rows['args']!)
		const shown = rows['slices']!.filter(({ cat }) => cat === 'app').map(({ id, name, track, dur }) => ({
			name,
			track,
			...args.get(id),
			dur: Number(dur),
		}))
		const positive = expect.toSatisfy((dur: number) => dur > 0) as number
		expect(shown.filter(({ name }) => name !== 'traceJob')).toEqual([
			{ name: 'traceRequest', track: 'traceRequest', id: 1n, url: '/a', status: 200n, dur: positive },
			{ name: 'traceRequest', track: 'traceRequest', id: 2n, url: '/b', status: 500n, dur: positive },
			{ name: 'traceQueueCount', track: null, n: null, dur: 0 },
			{ name: 'traceRequestEnd', track: null, id: 3n, status: 404n, dur: 0 },
		])
		const jobs = shown.filter(({ name }) => name === 'traceJob')
		expect(jobs).toHaveLength(3)
		expect(jobs[0]!.dur).toBeGreaterThan(jobs[1]!.dur)
		expect(jobs[1]!.dur).toBeGreaterThan(jobs[2]!.dur)
		expect(rows['counters']!.map(({ name, value }) => [name, value])).toEqual([
			['traceQueue', 2],
			['traceQueue', 1.5],
		])
	})
})

describe('a program that computes', () => {
	it.each([
		['sparse events', 2],
		['events farther apart than the clock of a sequence counts', 700],
	])('has %s in its file, but for those of a second', async (_, gap) => {
		const to = join(dir, `computes-${gap}.perfetto-trace`)
		const rec = record({ events: 'app:*', to })
		const times: number[] = []
		const spin = (ms: number): void => {
			for (const from = performance.now(); performance.now() < from + ms; );
		}
		for (const from = performance.now(); performance.now() < from + 2800; spin(gap)) {
			times.push(performance.now())
			depth(times.length)
		}
		const bytes = readFileSync(to)
		rec.stop()
		let written = 0
		for await (const items of readTrace(bytes).batches())
			written += items.filter(({ type }) => type === 'counter').length
		expect(written).toBeGreaterThan(1)
		expect(times.at(-1)! - times[written - 1]!).toBeLessThan(1100)
	})
})

describe('under the tracing lock', () => {
	it('record and stop throw, and nothing is left behind', () => {
		const listeners = process.listenerCount('exit')
		setup(() => {
			expect(() => record({ to: join(dir, 'locked.perfetto-trace') })).toThrow(/lock is already taken/)
		})
		expect(process.listenerCount('exit')).toBe(listeners)
		const rec = record({ events: 'app:*', to: join(dir, 'locked.perfetto-trace') })
		setup(() => {
			expect(() => rec.stop()).toThrow(/lock/)
		})
		tick()
		rec.stop()
		expect(rec.stats.recorded).toBe(1)
		expect(process.listenerCount('exit')).toBe(listeners)
	})
})
