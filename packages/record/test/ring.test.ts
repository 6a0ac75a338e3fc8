import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { loadTrace, slicesQuery } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { declare } from './events.js'

const dir = mkdtempSync(join(tmpdir(), 'ring-'))
afterAll(() => rmSync(dir, { recursive: true }))

const step = declare('ring:traceStep', 'n: number', 'what: string')
const workBegin = declare('ring:traceWorkBegin', 'id: number')
const workEnd = declare('ring:traceWorkEnd', 'id: number')

describe('a flight recorder', () => {
	it('keeps the last events, in exactly the memory it was given, and each dump loads', async () => {
		const size = 1 << 20
		const rec = record({ events: 'ring:*', to: { ring: size, dumpTo: join(dir, 'keep-%n.perfetto-trace') } })
		const strings = Array.from({ length: 300 }, (_, i) => `what happens the ${i}th time of many`)
		// Open when the ring starts to overwrite, and ended when its begin is long gone.
		workBegin(1)
		workBegin(2)
		let n = 0
		const some = (count: number): void => {
			for (let i = 0; i < count; i++, n++) step(n, strings[n % 300])
		}
		some(1000)
		const early = rec.dumpSync()
		some(200_000)
		workEnd(1)
		some(10)
		const late = rec.dumpSync()
		some(10)
		expect(rec.dumpSync(join(dir, 'other.perfetto-trace'))).toBe(join(dir, 'other.perfetto-trace'))
		const { stats } = rec
		rec.stop()

		const first = decodeEvents(readFileSync(early)).filter(({ id }) => id === 'ring:traceStep')
		expect(first.map(({ args }) => args['n'])).toEqual(Array.from({ length: 1000 }, (_, i) => i))
		const events = decodeEvents(readFileSync(late))
		const steps = events.filter(({ id }) => id === 'ring:traceStep')
		expect(steps.length).toBeGreaterThan(10_000)
		expect(steps.map(({ args }) => args)).toEqual(
			steps.map((_, i) => ({ n: 201_010 - steps.length + i, what: strings[(201_010 - steps.length + i) % 300] })),
		)
		expect(statSync(late).size).toBeLessThan(size + 4096)
		expect(statSync(late).size).toBeGreaterThan(size / 2)
		const counts = events.find(({ id, args }) => id === 'tsgotrace:statistics' && args['id'] === 'ring:traceStep')!.args
		expect(counts).toMatchObject({
			signals: 201_010n,
			recorded: BigInt(steps.length),
			dropped: BigInt(201_010 - steps.length),
		})
		expect(stats.events['ring:traceStep']).toMatchObject({ signals: 201_020, dropped: expect.any(Number) as number })

		const { faults, rows } = await loadTrace(late, { slices: slicesQuery })
		expect(faults).toEqual([])
		expect(rows['slices']!.filter(({ name }) => name === 'traceStep')).toHaveLength(steps.length)
		expect(rows['slices']!.some(({ name }) => name === null)).toBe(false)
		// Both slices are there, though their begins are not; one has ended.
		const work = rows['slices']!.filter(({ name }) => name === 'traceWork')
		expect(work.map(({ dur }) => Number(dur) > 0)).toEqual([true, false])
		expect(work[0]!.ts as bigint).toBeLessThan(steps[0]!.ts)
		expect((await loadTrace(early)).faults).toEqual([])
	})

	it('writes a dump while it goes on, though it overwrites what is not written yet', async () => {
		const dumpTo = join(dir, 'background-%n.perfetto-trace')
		const rec = record({ events: 'ring:*', to: { ring: 1 << 20, dumpTo } })
		let n = 0
		const some = (count: number): void => {
			for (let i = 0; i < count; i++, n++) step(n, 'background')
		}
		some(100_000)
		const expected = decodeEvents(readFileSync(rec.dumpSync())).filter(({ id }) => id === 'ring:traceStep')
		const [first, second] = [rec.dump(), rec.dump(join(dir, 'second.perfetto-trace'))]
		// Some times the whole ring.
		some(100_000)
		const path = await first
		expect(path).toBe(join(dir, 'background-1.perfetto-trace'))
		const written = decodeEvents(readFileSync(path)).filter(({ id }) => id === 'ring:traceStep')
		const numbersOf = (events: typeof written): string => events.map(({ args }) => args['n']).join(' ')
		expect(numbersOf(written) === numbersOf(expected)).toBe(true)
		expect((await loadTrace(path)).faults).toEqual([])
		const later = decodeEvents(readFileSync(await second)).filter(({ id }) => id === 'ring:traceStep')
		expect(later.at(-1)!.args['n']).toBe(199_999)
		// What the end of the recording finds under way is there when it returns.
		const last = rec.dump(join(dir, 'last.perfetto-trace'))
		rec.stop()
		await last
		const end = decodeEvents(readFileSync(join(dir, 'last.perfetto-trace'))).filter(({ id }) => id === 'ring:traceStep')
		expect(end.at(-1)!.args['n']).toBe(199_999)
		expect(readdirSync(dir).filter(name => name.endsWith('.tmp'))).toEqual([])
		await expect(rec.dump(join(dir, 'nowhere\0'))).rejects.toThrow(/null bytes/)
		await expect(rec.dump(dir)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
	})

	it('dumps the events of the last time only, if that is asked for', async () => {
		const rec = record({
			events: 'ring:*',
			to: { ring: 1 << 20, dumpTo: join(dir, 'timed-%n.perfetto-trace'), last: 200 },
			flushEvery: 5,
		})
		const times: number[] = []
		// On a busy machine few have their turn in that time.
		while (times.length < 100 || performance.now() - times[0]! < 700) {
			times.push(performance.now())
			step(times.length - 1, 'timed')
			await new Promise(resolve => setTimeout(resolve, 2))
		}
		const path = rec.dumpSync()
		const answered = performance.now() - 200
		const events = decodeEvents(readFileSync(path)).filter(({ id }) => id === 'ring:traceStep')
		rec.stop()
		// All of the time that was asked for, and not all that the ring has.
		const first = events[0]!.args['n'] as number
		expect(events.map(({ args }) => args['n'])).toEqual(events.map((_, i) => first + i))
		expect(first + events.length).toBe(times.length)
		expect(first).toBeLessThanOrEqual(times.filter(time => time < answered).length)
		expect(first).toBeGreaterThan(0)
	})

	it('writes by itself when a slice was slow, with the end of the slice, and not for each of many', async () => {
		// More than the time for which the system gives the processor to others.
		const rec = record({
			events: 'ring:*',
			to: { ring: 1 << 18, dumpTo: join(dir, 'slow-%n.perfetto-trace'), slowSlice: 100 },
		})
		workBegin(1)
		workEnd(1)
		workBegin(2)
		await new Promise(resolve => setTimeout(resolve, 110))
		workEnd(2)
		workBegin(3)
		await new Promise(resolve => setTimeout(resolve, 110))
		workEnd(3)
		await Promise.resolve()
		await Promise.resolve()
		rec.stop()
		expect(readdirSync(dir).filter(name => name.startsWith('slow'))).toEqual(['slow-0.perfetto-trace'])
		const ids = decodeEvents(readFileSync(join(dir, 'slow-0.perfetto-trace'))).filter(({ metadata }) => !metadata)
		expect(ids.map(({ type, args }) => [type, args['id']])).toEqual([
			[1, 1],
			[2, 1],
			[1, 2],
			[2, 2],
			// Begun in the same turn.
			[1, 3],
		])
	})

	it('writes a slow slice though a test has replaced what queues microtasks', async () => {
		vi.useFakeTimers({ toFake: ['queueMicrotask'] })
		try {
			const rec = record({
				events: 'ring:*',
				to: { ring: 1 << 18, dumpTo: join(dir, 'faked.perfetto-trace'), slowSlice: 1 },
			})
			workBegin(1)
			await new Promise(resolve => setTimeout(resolve, 5))
			workEnd(1)
			await Promise.resolve()
			rec.stop()
			expect(readdirSync(dir)).toContain('faked.perfetto-trace')
		} finally {
			vi.useRealTimers()
		}
	})

	it('refuses a size that makes no sense', () => {
		expect(() => record({ to: { ring: 1000 } })).toThrow(/ring must be an integer from 262144/)
		expect(() => record({ to: null as never })).toThrow(/to must be/)
	})
})
