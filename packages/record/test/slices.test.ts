// Which end belongs to which begin, compared with a list that is searched.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceBegin } from '../../trace/src/format/schema.js'
import type { Track } from '../src/engine/tracks.js'
import { OpenKeys } from '../src/events/openkeys.js'
import { Slices } from '../src/events/slices.js'

const keys = fc.oneof(
	fc.integer({ min: 0, max: 40 }),
	fc.constantFrom('a', 'b', Number.NaN, -0, 0, undefined, null, true, 1n),
)

describe('OpenKeys', () => {
	it('has what a Map has', () => {
		const step = fc.tuple(fc.constantFrom('put', 'take'), keys)
		fc.assert(
			fc.property(fc.array(step, { maxLength: 300 }), steps => {
				const ours = new OpenKeys<number>()
				const map = new Map<unknown, number>()
				for (const [i, [what, key]] of steps.entries()) {
					if (what === 'put') {
						expect(ours.put(key, i)).toBe(map.get(key))
						map.set(key, i)
					} else {
						expect(ours.take(key)).toBe(map.get(key))
						map.delete(key)
					}
					expect(new Map(ours.entries())).toEqual(map)
				}
			}),
		)
	})
})

describe('slices', () => {
	interface Open {
		readonly name: string
		readonly key: unknown
		readonly track: Track | null | undefined
	}
	const objects = Array.from({ length: 5 }, () => ({}))
	const any = fc.oneof(
		keys.filter(key => !Object.is(key, -0)),
		fc.constantFrom(...objects, Symbol('x'), 'long'.repeat(100)),
	)
	const names = fc.constantFrom('one', 'two')

	it('end the innermost of their key, on its track, which no other slice has meanwhile', () => {
		const step = fc.record({
			name: names,
			key: any,
			begin: fc.boolean(),
			recorded: fc.integer({ min: 0, max: 4 }).map(n => n > 0),
		})
		fc.assert(
			fc.property(fc.array(step, { maxLength: 400 }), steps => {
				let uuid = 0
				const slices = new Slices({ now: () => 1, uuid: () => ++uuid })
				let admitted = true
				const actions = (name: string) => slices.actions('c', { type: sliceBegin, name, key: 'arg' }, () => admitted)
				const both = { one: actions('one'), two: actions('two') }
				const open: Open[] = []
				for (const { name, key, begin, recorded } of steps) {
					const { begin: begins, end: ends } = both[name]
					if (begin) {
						admitted = recorded
						const track = begins(key)
						expect(track === null).toBe(!recorded)
						if (track !== null) expect(open.map(other => other.track)).not.toContain(track)
						open.push({ name, key, track })
					} else {
						const at = open.findLastIndex(other => other.name === name && Object.is(other.key, key))
						expect(ends(key)).toBe(at < 0 ? undefined : open[at]!.track)
						if (at >= 0) open.splice(at, 1)
					}
					expect(slices.recorded.map(({ track, lanes }) => [track, lanes.name])).toEqual(
						open.filter(({ track }) => track !== null).map(({ track, name: of }) => [track, of]),
					)
				}
			}),
			{ numRuns: 300 },
		)
	})

	it('are snapshots, whatever becomes of them', () => {
		let time = 0
		const slices = new Slices({ now: () => ++time, uuid: n => n })
		const { begin, end } = slices.actions('c', { type: sliceBegin, name: 'x', key: 'arg' })
		begin(1)
		const { recorded } = slices
		end(1)
		begin(2)
		expect(recorded.map(({ began }) => began)).toEqual([1])
		expect(slices.recorded.map(({ began }) => began)).toEqual([2])
	})

	it('that were forgotten are not taken for others', () => {
		const slices = new Slices({ uuid: n => n })
		const { begin, end } = slices.actions('c', { type: sliceBegin, name: 'x', key: 'arg' })
		const first = begin('first')
		for (let i = 0; i < 999; i++) begin(i)
		// The first is the outer one of this.
		const second = begin('first')
		for (let i = 1000; i < 9999; i++) begin(i)
		expect(slices.recorded).toHaveLength(10_000)
		begin('one more')
		expect(slices.recorded).toHaveLength(9001)
		expect(slices.recorded[0]?.track).toBe(second)
		expect(end(998)).toBeUndefined()
		expect(end(1000)).toBeDefined()
		begin('other')
		expect(end('first')).toBe(second)
		expect(second).not.toBe(first)
		expect(end('first')).toBeUndefined()
		expect(end('other')).toBeDefined()
	})

	it('that were forgotten are forgotten whatever they are found by', () => {
		const slices = new Slices({ uuid: n => n })
		const actions = (name: string, key: 'arg' | 'context' | 'thread') =>
			slices.actions('c', { type: sliceBegin, name, key })
		const [byKey, byContext, byThread] = [actions('k', 'arg'), actions('c', 'context'), actions('t', 'thread')]
		const object = {}
		byKey.begin(object)
		byContext.begin(undefined)
		byThread.begin(undefined)
		for (let i = 0; i < 9998; i++) byKey.begin(i)
		expect(slices.recorded).toHaveLength(9001)
		expect(slices.recorded.every(({ lanes }) => lanes.name === 'k')).toBe(true)
		expect([byKey.end(object), byContext.end(undefined), byThread.end(undefined)]).toEqual([
			undefined,
			undefined,
			undefined,
		])
		expect(byKey.end(997)).toBeDefined()
		expect(byKey.end(996)).toBeUndefined()
	})

	it('of one key that never end harm no others', () => {
		const slices = new Slices({ uuid: n => n })
		const { begin, end } = slices.actions('c', { type: sliceBegin, name: 'x', key: 'arg' })
		const some = [0, 1, 2].map(i => begin(i))
		for (let i = 3; i < 25_000; i++) {
			some.push(begin(i))
			begin('never')
			expect(end(i - 3)).toBe(some.shift())
		}
		for (let i = 24_997; i < 25_000; i++) expect(end(i)).toBe(some.shift())
		// The innermost ones, of which each still has an end.
		const open = slices.recorded.map(({ track }) => track)
		expect(open.length).toBeGreaterThan(0)
		expect(open.length).toBeLessThan(1100)
		for (const track of open.reverse()) expect(end('never')).toBe(track)
		expect(end('never')).toBeUndefined()
	})
})
