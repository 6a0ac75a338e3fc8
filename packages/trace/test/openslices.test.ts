import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { OpenSlices } from '../src/openslices.js'
import type { TraceTrack } from '../src/read/items.js'

const tracks = Array.from(
	{ length: 4 },
	(_, id): TraceTrack => ({ id, name: null, process: null, tid: null, kind: 'lane', parent: null }),
)

it('keeps the slices of each track, and knows which began first', () => {
	const step = fc.record({ act: fc.constantFrom('begin', 'end', 'give up' as const), track: fc.nat(tracks.length - 1) })
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), steps => {
			const open = new OpenSlices<{ readonly track: TraceTrack; readonly number: number }>()
			// The plain way: all open slices, in the order in which they began.
			let model: { readonly track: TraceTrack; readonly number: number }[] = []
			for (const [number, { act, track: index }] of steps.entries()) {
				const track = tracks[index]!
				const stack = open.of(track)
				const own = model.filter(slice => slice.track === track)
				expect((stack ?? []).map(slice => slice.number)).toEqual(own.map(slice => slice.number))
				if (act === 'begin') {
					const slice = { track, number }
					open.push(slice, stack)
					model.push(slice)
				} else if (act === 'end' && own.length > 0) {
					stack!.pop()
					if (stack!.length === 0) open.emptied()
					model = model.filter(slice => slice !== own.at(-1))
				} else if (act === 'give up') {
					const outermost = tracks
						.flatMap(one => model.find(slice => slice.track === one) ?? [])
						.sort((a, b) => a.number - b.number)[0]
					const given = open.oldest()
					expect(given?.[0]?.number).toBe(outermost?.number)
					if (given === undefined) continue
					given.length = 0
					open.emptied()
					model = model.filter(slice => slice.track !== outermost!.track)
				}
			}
		}),
		{ numRuns: runs(100, 5000) },
	)
})

it('forgets tracks that are not used again, and keeps those with slices', () => {
	const open = new OpenSlices<{ readonly track: TraceTrack; readonly number: number }>()
	const kept = { track: tracks[0]!, number: 1 }
	open.push(kept, open.of(kept.track))
	for (let id = 10; id < 20_000; id++) {
		const track = { ...tracks[0]!, id }
		const slice = { track, number: id }
		open.push(slice, open.of(track))
		open.of(track)!.pop()
		open.emptied()
	}
	const all = [...{ [Symbol.iterator]: () => open[Symbol.iterator]() }]
	expect(all.length).toBeLessThan(2000)
	expect(open.of(kept.track)).toEqual([kept])
	expect(open.oldest()).toEqual([kept])
})
