import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packLanes } from '../src/collect/pack.js'
import { packColumns, packPoints, unpackColumns, unpackPoints } from '../src/data/columns.js'
import { VarintReader, VarintWriter } from '../src/data/varint.js'

describe('numbers of variable length', () => {
	it('are read as they were written', () => {
		fc.assert(
			fc.property(fc.array(fc.maxSafeInteger()), numbers => {
				const signed = numbers.map(n => n % 2 ** 51)
				const writer = new VarintWriter()
				for (const n of signed) {
					writer.write(Math.abs(n))
					writer.writeSigned(n)
				}
				const reader = new VarintReader(writer.done())
				for (const n of signed) {
					expect(reader.read()).toBe(Math.abs(n))
					expect(reader.readSigned()).toBe(n === 0 ? 0 : n)
				}
			}),
		)
	})

	it('may be more than the first piece of memory holds', () => {
		const writer = new VarintWriter()
		for (let i = 0; i < 100_000; i++) writer.write(i)
		const reader = new VarintReader(writer.done())
		expect(Array.from({ length: 100_000 }, () => reader.read())).toEqual(Array.from({ length: 100_000 }, (_, i) => i))
	})
})

const interval = fc.record({
	start: fc.nat({ max: 10_000 }),
	took: fc.nat({ max: 1000 }),
	name: fc.nat({ max: 300 }),
	depth: fc.nat({ max: 255 }),
	detail: fc.nat(),
})

describe('columns', () => {
	it('are unpacked as they were packed', () => {
		fc.assert(
			fc.property(fc.array(fc.array(interval, { maxLength: 20 }), { maxLength: 8 }), lanes => {
				const all = lanes.map(lane => lane.toSorted((a, b) => a.start - b.start)).flat()
				const ends = [0]
				for (const lane of lanes) ends.push(ends.at(-1)! + lane.length)
				const columns = {
					lanes: Uint32Array.from(ends),
					start: Float64Array.from(all, ({ start }) => start),
					end: Float64Array.from(all, ({ start, took }) => start + took),
					name: Uint32Array.from(all, ({ name }) => name),
					depth: Uint8Array.from(all, ({ depth }) => depth),
					detail: Uint32Array.from(all, ({ detail }) => detail),
				}
				expect(unpackColumns(packColumns(columns), all.length)).toEqual(columns)
			}),
		)
	})

	it('of counters too', () => {
		const values = fc.double({ noNaN: true })
		fc.assert(
			fc.property(fc.array(fc.array(fc.tuple(fc.nat(), values))), counters => {
				const points = counters.map(counter => ({
					time: Float64Array.from(counter, ([time]) => time),
					value: Float64Array.from(counter, ([, value]) => value),
				}))
				expect(unpackPoints(packPoints(points), points.length)).toEqual(points)
			}),
		)
	})
})

describe('lanes', () => {
	it('have no two slices at once, and there are as many as are open at once', () => {
		const slices = fc.array(fc.record({ start: fc.nat({ max: 500 }), took: fc.integer({ min: 1, max: 60 }) }))
		fc.assert(
			fc.property(slices, unsorted => {
				const all = unsorted.toSorted((a, b) => a.start - b.start)
				const ends: number[] = []
				const count = packLanes(
					all.length,
					i => all[i]!.start,
					i => all[i]!.start + all[i]!.took,
					(i, lane) => {
						expect(all[i]!.start).toBeGreaterThanOrEqual(ends[lane] ?? 0)
						ends[lane] = all[i]!.start + all[i]!.took
					},
				)
				const open = (at: number): number => all.filter(({ start, took }) => start <= at && at < start + took).length
				expect(count).toBe(Math.max(0, ...all.map(({ start }) => open(start))))
			}),
		)
	})
})
