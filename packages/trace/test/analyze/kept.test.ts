// What an analysis keeps by key behaves like the Map that it stands for.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { ClosingTasks } from '../../src/analyze/facts/closing.js'
import { ItemGroup } from '../../src/analyze/facts/groups.js'
import { LastEnded } from '../../src/analyze/facts/lastended.js'
import { NumberMap } from '../../src/analyze/facts/numbermap.js'
import type { OpenItem } from '../../src/analyze/facts/open.js'
import { LateReports } from '../../src/late.js'
import type { TraceItem, TraceTrack } from '../../src/read/items.js'

const numRuns = runs(100, 5000)
/** Few different ones, some with the same hash, and all kinds of numbers. */
const key = fc.oneof(
	fc.nat(40),
	fc.nat(10).map(n => n * 2 ** 20),
	fc.nat(10).map(n => n * 2 ** 32 + 1),
	fc.constantFrom(-1, 0.5, -0, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
)

describe('a NumberMap', () => {
	it('has what a Map has', () => {
		const step = fc.record({ act: fc.constantFrom('set', 'set', 'delete', 'clear' as const), key })
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200 }), steps => {
				const map = new NumberMap<{ readonly n: number }>()
				const model = new Map<number, { readonly n: number }>()
				for (const [n, { act, key }] of steps.entries()) {
					if (act === 'set') {
						const value = { n }
						map.set(key, value)
						model.set(key, value)
					} else if (act === 'delete') {
						map.delete(key)
						model.delete(key)
					} else if (n % 7 === 0) {
						map.clear()
						model.clear()
					}
					expect(map.size).toBe(model.size)
				}
				for (const { key } of steps) expect(map.get(key)).toBe(model.get(key))
				expect(map.sorted()).toEqual([...model].sort(([a], [b]) => a - b).map(([, value]) => value))
			}),
			{ numRuns },
		)
	})
})

describe('what ended last', () => {
	it('is found by its key, until so many others have ended twice', () => {
		const keys = fc.oneof(key, fc.constantFrom('', 'a', 'b', '1'), fc.constant(Number.NaN))
		const group = new ItemGroup('slice', 'x')
		fc.assert(
			fc.property(fc.array(keys, { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (steps, limit) => {
				const ended = new LastEnded(limit)
				let recent = new Map<number | string, number>()
				let before = new Map<number | string, number>()
				for (const [n, key] of steps.entries()) {
					const known = recent.get(key) ?? before.get(key)
					expect(ended.get(key)).toEqual(
						known === undefined ? undefined : { group, id: known, begin: known + 1, end: known + 2, failed: false },
					)
					if (recent.size >= limit) {
						before = recent
						recent = new Map()
					}
					recent.set(key, n)
					ended.set(key, group, n, n + 1, n + 2)
				}
			}),
			{ numRuns },
		)
	})
})

const tracks = Array.from(
	{ length: 3 },
	(_, id): TraceTrack => ({ id, name: null, process: null, tid: null, kind: 'thread', parent: null }),
)

describe('tasks that are closing', () => {
	it('are taken out in the order of their ends, of all threads or of one', () => {
		const step = fc.record({
			act: fc.constantFrom('add', 'add', 'add', 'shift', 'until' as const),
			thread: fc.nat(tracks.length - 1),
			ago: fc.nat(30),
		})
		fc.assert(
			fc.property(fc.array(step, { maxLength: 400 }), steps => {
				const closing = new ClosingTasks()
				let model: OpenItem[] = []
				for (const [n, { act, thread, ago }] of steps.entries()) {
					const track = tracks[thread]!
					if (act === 'add') {
						const open = { id: n % 5, end: n, slice: { track } } as OpenItem
						closing.add(open)
						model.push(open)
					} else if (act === 'shift') expect(closing.shift()).toBe(model.shift())
					else {
						const own = model.filter(({ slice }) => slice.track === track)
						const later = own.findIndex(({ end }) => end! > n - ago)
						const expected = later === -1 ? own : own.slice(0, later)
						const taken: OpenItem[] = []
						closing.until(n - ago, track, open => taken.push(open))
						expect(taken).toEqual(expected)
						model = model.filter(open => !expected.includes(open))
					}
					expect(closing.size).toBe(model.length)
					expect(closing.find(ago % 5)).toBe(model.find(({ id }) => id === ago % 5))
				}
			}),
			{ numRuns: runs(50, 1000) },
		)
	})
})

describe('late reports', () => {
	it('are the ends of slices that begin with their end, whatever their tracks', () => {
		const step = fc.record({ type: fc.constantFrom('begin', 'late', 'end' as const), track: fc.nat(tracks.length - 1) })
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), steps => {
				const late = new LateReports()
				const begun = new Set<number>()
				for (const { type, track } of steps) {
					const item = { type: type === 'late' ? 'begin' : type, time: 5, track: tracks[track]! }
					const expected = type === 'late' || (type === 'end' && begun.delete(track))
					if (type === 'late') begun.add(track)
					expect(late.has({ ...item, began: type === 'late' ? 5 : null } as TraceItem)).toBe(expected)
				}
			}),
			{ numRuns },
		)
	})
})
