import type { FoundInterval, Layer, Sum } from '../protocol.js'
import { addCover } from './cover.js'
import type { Store } from './store.js'

/** Sums of all slices that touch a range of time, by name. Instants are counted, with no duration. */
export function sums(store: Store, from: number, to: number, shown: Uint8Array | null): Sum[] {
	const { start, end, name, lanes } = store.columns
	const found: number[] = []
	for (let lane = 0; lane + 1 < lanes.length; lane++)
		for (let i = store.firstAt(lane, from); i < lanes[lane + 1]! && start[i]! <= to; i++)
			if (end[i]! >= from && (shown === null || shown[name[i]!] === 1)) found.push(i)
	return sumsOf(found, store, from, to)
}

function sumsOf(intervals: readonly number[], { columns: { start, end, name } }: Store, from: number, to: number): Sum[] {
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
		if (depth[i] === depth[interval]! + 1 && end[i]! <= end[interval]! + 1 && start[i]! >= start[interval]! - 1) found.push(i)
	return sumsOf(found, store, start[interval]!, end[interval]!).filter(sum => name[interval] !== sum.name)
}

/** The slowest slices of a name, slowest first. */
export function slowest(store: Store, of: number, limit: number): FoundInterval[] {
	const { start, end, name } = store.columns
	const best: number[] = []
	const took = (i: number): number => end[i]! - start[i]!
	for (let i = 0; i < name.length; i++) {
		if (name[i] !== of || (best.length === limit && took(i) <= took(best.at(-1)!))) continue
		let at = best.length
		while (at > 0 && took(best[at - 1]!) < took(i)) at--
		best.splice(at, 0, i)
		if (best.length > limit) best.pop()
	}
	return best.map(i => store.found(i))
}

/** The interval of a name that begins nearest to a moment; of several, the longest. */
export function nearest(store: Store, of: number, time: number): FoundInterval | null {
	const { start, end, name } = store.columns
	let best = -1
	for (let i = 0; i < name.length; i++) {
		if (name[i] !== of) continue
		const closer = best < 0 ? -1 : Math.abs(start[i]! - time) - Math.abs(start[best]! - time)
		if (closer < 0 || (closer === 0 && end[i]! > end[best]!)) best = i
	}
	return best < 0 ? null : store.found(best)
}

/** The next visible interval in order of time, in all rows, or the previous one. */
export function next(store: Store, interval: number | null, by: 1 | -1, shown: Uint8Array | null): FoundInterval | null {
	const { start, name, lanes } = store.columns
	const is = (i: number): boolean => shown === null || shown[name[i]!] === 1
	const origin = interval === null ? (by === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : start[interval]!
	let best = -1
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		let low = lanes[lane]!
		let high = lanes[lane + 1]!
		while (low < high) {
			const middle = (low + high) >>> 1
			const goesRight =
				by === 1 ? before(start[middle]!, middle, origin, interval, true) : before(start[middle]!, middle, origin, interval, false)
			if (goesRight) low = middle + 1
			else high = middle
		}
		let i = by === 1 ? low : low - 1
		while (i >= lanes[lane]! && i < lanes[lane + 1]! && !is(i)) i += by
		if (i < lanes[lane]! || i >= lanes[lane + 1]!) continue
		if (best < 0 || (by === 1 ? compare(start, i, best) < 0 : compare(start, i, best) > 0)) best = i
	}
	return best < 0 ? null : store.found(best)
}

function compare(start: Float64Array, a: number, b: number): number {
	return start[a]! - start[b]! || a - b
}

/** Whether an interval is at or before the origin, in the order of start and number. */
function before(start: number, i: number, origin: number, interval: number | null, orSame: boolean): boolean {
	if (start !== origin || interval === null) return start < origin
	return orSame ? i <= interval : i < interval
}

/** How much is open over the whole trace, for each pixel: tasks by state where those are known, otherwise slices. */
export function overview(store: Store, width: number): Layer[] {
	const { start, end, depth, name, lanes } = store.columns
	const { begin, end: last, rows } = store.header
	const per = Math.max(1, last - begin) / width
	const hasStates = rows.some(({ states }) => states)
	const layers = new Map<number, Float64Array>()
	for (const [row, { lanes: count, states, kind }] of rows.entries()) {
		if (hasStates ? !states : kind === 'counter') continue
		const first = store.firstLane[row]!
		for (let i = lanes[first]!; i < lanes[first + count]!; i++) {
			if (depth[i] !== (hasStates ? 1 : 0) || end[i]! <= start[i]!) continue
			const key = hasStates ? name[i]! : -1
			let sums = layers.get(key)
			if (sums === undefined) layers.set(key, (sums = new Float64Array(width + 2)))
			const [from, to] = [Math.max(0, (start[i]! - begin) / per), Math.min(width, (end[i]! - begin) / per)]
			if (to > from) addCover(sums, from, to, width)
		}
	}
	for (const sums of layers.values()) {
		let level = 0
		for (let x = 0; x < width; x++) sums[x] = level += sums[x]!
	}
	return [...layers].map(([of, values]) => ({ name: of, values: values.slice(0, width) }))
}
