// What a recording says about its own cost.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { readTrace, type TraceCost, type TraceItem } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ledger } from '../src/engine/ledger.js'
import { addTime, isTimed } from '../src/engine/limits.js'
import { Memory } from '../src/engine/memory.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const one = declare('cost:traceOne', 'n: number')
const other = declare('cost:traceOther', 'text: string')

async function itemsOf(bytes: Uint8Array): Promise<TraceItem[]> {
	const items: TraceItem[] = []
	for await (const batch of readTrace(bytes).batches()) items.push(...batch)
	return items
}

async function costsOf(bytes: Uint8Array): Promise<TraceCost[]> {
	return (await itemsOf(bytes)).filter(item => item.type === 'cost')
}

describe('the cost', () => {
	it('is the duration of all events if all take the same time, however many of each there are', () => {
		const counts = fc.array(
			fc.oneof(
				fc.integer({ min: 0, max: 200 }),
				fc.integer({ min: 900, max: 1100 }),
				fc.integer({ max: 9000, min: 0 }),
			),
			{ minLength: 1, maxLength: 5 },
		)
		fc.assert(
			fc.property(counts, fc.integer({ min: 1, max: 1000 }), (all, each) => {
				const memory = new Memory(1000, 8, () => 0)
				const ledger = new Ledger(memory, () => {})
				for (const [i, count] of all.entries()) {
					const index = memory.index()
					ledger.add(1, `cost:${i}`, index)
					for (let n = 1; n <= count; n++) {
						ledger.wrote(index, 10)
						if (isTimed(n)) addTime(memory.counts, n, each / 1e6)
					}
				}
				const { events, timed, encoding, writing } = ledger.cost()
				const total = all.reduce((a, b) => a + b, 0)
				expect(events).toBe(total)
				expect(timed).toBe(all.reduce((sum, count) => sum + Math.min(63, count) + Math.floor(count / 1024), 0))
				expect(Math.abs(encoding - total * each)).toBeLessThanOrEqual(1 + total * each * 1e-6)
				expect(writing).toBe(0)
			}),
			{ numRuns: 50 },
		)
	})

	it('counts nested work once, and what throws', () => {
		let time = 5
		const ledger = new Ledger(new Memory(1000, 8, () => time), () => {})
		const pass = (ms: number): void => {
			time += ms
		}
		ledger.measured(() => {
			pass(2)
			ledger.measured(() => pass(3))
			expect(ledger.cost().writing).toBe(5e6)
		})
		pass(100)
		expect(() =>
			ledger.measured(() => {
				pass(1)
				throw new Error('full')
			}),
		).toThrow('full')
		expect(ledger.cost().writing).toBe(6e6)
	})

	it('is at the end of a recording, once for its thread', async () => {
		const { rec, bytes } = collect({ events: 'cost:*' })
		for (let n = 0; n < 3000; n++) one(n)
		for (let n = 0; n < 5; n++) other(`${n}`)
		const costs = await costsOf(bytes())
		expect(costs.at(-1)).toMatchObject({ events: 3005, timed: 63 + 2 + 5 })
		expect(costs.at(-1)!.encoding).toBeGreaterThan(0)
		expect(costs.at(-1)!.writing).toBeGreaterThan(0)
		// With the last write, which it is in.
		expect(rec.stats.ownTime).toBeGreaterThan((costs.at(-1)!.encoding + costs.at(-1)!.writing) / 1e6)
	})

	it('is written with events, and not without: a program that emits nothing does not fill its disk', async () => {
		const { rec, bytes } = collect({ events: 'cost:*' })
		one(1)
		rec.flush()
		rec.flush()
		rec.flush()
		one(2)
		rec.flush()
		// The last one at the end.
		expect((await costsOf(bytes())).map(({ events }) => events)).toEqual([1, 2, 2])
	})

	it('only grows', async () => {
		const { rec, bytes } = collect({ events: 'cost:*' })
		for (let n = 0; n < 2000; n++) {
			one(n)
			if (n % 100 === 0) rec.flush()
		}
		const costs = await costsOf(bytes())
		expect(costs).toHaveLength(21)
		for (const [i, { writing, events }] of costs.entries()) {
			if (i === 0) continue
			expect(writing).toBeGreaterThanOrEqual(costs[i - 1]!.writing)
			expect(events).toBeGreaterThanOrEqual(costs[i - 1]!.events)
		}
	})

	it('is in a dump, and the events of a ring have one cost, overwritten or not', async () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-cost-'))
		try {
			const rec = record({ events: 'cost:*', to: { ring: 256 * 1024, signal: false } })
			for (let n = 0; n < 50_000; n++) one(n)
			const first = rec.dumpSync(join(dir, 'first.perfetto-trace'))
			const second = await rec.dump(join(dir, 'second.perfetto-trace'))
			rec.stop()
			const [a, b] = [await costsOf(readFileSync(first)), await costsOf(readFileSync(second))]
			expect(a).toMatchObject([{ events: 50_000 }])
			expect(b).toMatchObject([{ events: 50_000 }])
			// The first dump is part of it.
			expect(b[0]!.writing).toBeGreaterThan(a[0]!.writing)
		} finally {
			rmSync(dir, { recursive: true })
		}
	})
})
