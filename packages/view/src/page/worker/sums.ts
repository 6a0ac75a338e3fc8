import type { Sum } from '../protocol.js'
import type { Store } from './store.js'

/** Sums of all slices that touch a range of time, by name. Instants are counted, with no duration. */
export function sums(store: Store, from: number, to: number, shown: Uint8Array | null): Sum[] {
	const { start, end, lanes } = store.columns
	const found: number[] = []
	for (let lane = 0; lane + 1 < lanes.length; lane++)
		for (let i = store.firstAt(lane, from); i < lanes[lane + 1]! && start[i]! <= to; i++)
			if (end[i]! >= from && store.isIn(i, shown)) found.push(i)
	return sumsOf(found, store, from, to)
}

function sumsOf(
	intervals: readonly number[],
	{ columns: { start, end, name } }: Store,
	from: number,
	to: number,
): Sum[] {
	const durations = new Map<number, number[]>()
	const within = new Map<number, number>()
	for (const i of intervals) {
		let all = durations.get(name[i]!)
		if (all === undefined) durations.set(name[i]!, (all = []))
		all.push(end[i]! - start[i]!)
		within.set(name[i]!, (within.get(name[i]!) ?? 0) + Math.min(end[i]!, to) - Math.max(start[i]!, from))
	}
	return [...durations]
		.map(([of, all]) => {
			const sorted = Float64Array.from(all).sort()
			const powers = Array.from({ length: 64 }, () => 0)
			for (const ns of sorted) powers[ns < 1 ? 0 : Math.floor(Math.log2(ns))]!++
			return {
				name: of,
				count: sorted.length,
				within: within.get(of)!,
				mean: sorted.reduce((a, b) => a + b, 0) / sorted.length,
				min: sorted[0]!,
				max: sorted.at(-1)!,
				p50: sorted[Math.ceil(sorted.length * 0.5) - 1]!,
				p99: sorted[Math.ceil(sorted.length * 0.99) - 1]!,
				powers,
			}
		})
		.sort((a, b) => b.within - a.within || b.count - a.count)
}

/** The slices directly within a slice, by name: total time and number. */
export function inside(store: Store, interval: number): Sum[] {
	const { start, end, depth, name, lanes } = store.columns
	const { row, lane } = store.found(interval)
	const index = store.firstLane[row]! + lane
	const found: number[] = []
	for (let i = store.firstAt(index, start[interval]!); i < lanes[index + 1]! && start[i]! <= end[interval]!; i++)
		if (depth[i] === depth[interval]! + 1 && end[i]! <= end[interval]! + 1 && start[i]! >= start[interval]! - 1)
			found.push(i)
	return sumsOf(found, store, start[interval]!, end[interval]!).filter(sum => name[interval] !== sum.name)
}
