import type { FoundInterval } from '../protocol.js'
import type { Store } from './store.js'

/** The slowest slices of a name that took from `least` to below `below`, slowest first. */
export function slowest(store: Store, of: number, most: number, least: number, below: number): FoundInterval[] {
	const { start, end, name } = store.columns
	const best: number[] = []
	const took = (i: number): number => end[i]! - start[i]!
	for (let i = 0; i < name.length; i++) {
		if (name[i] !== of || !store.isIn(i, null) || took(i) < least || took(i) >= below) continue
		if (best.length === most && took(i) <= took(best.at(-1)!)) continue
		let at = best.length
		while (at > 0 && took(best[at - 1]!) < took(i)) at--
		best.splice(at, 0, i)
		if (best.length > most) best.pop()
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
export function next(
	store: Store,
	interval: number | null,
	by: 1 | -1,
	shown: Uint8Array | null,
): FoundInterval | null {
	const { start, lanes } = store.columns
	const is = (i: number): boolean => store.isIn(i, shown)
	const origin = interval === null ? (by === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : start[interval]!
	let best = -1
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		let low = lanes[lane]!
		let high = lanes[lane + 1]!
		while (low < high) {
			const middle = (low + high) >>> 1
			const goesRight =
				by === 1
					? before(start[middle]!, middle, origin, interval, true)
					: before(start[middle]!, middle, origin, interval, false)
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

/** The slice of a name whose duration is nearest to `took`, of those that touch a range; of several, the first. */
export function closest(store: Store, of: number, took: number, from: number, to: number): FoundInterval | null {
	const { start, end, name } = store.columns
	const away = (i: number): number => Math.abs(end[i]! - start[i]! - took)
	let best = -1
	for (let i = 0; i < name.length; i++)
		if (name[i] === of && end[i]! >= from && start[i]! <= to && (best < 0 || away(i) < away(best))) best = i
	return best < 0 ? null : store.found(best)
}

/** The longest wait that began at a place in the source. */
export function waitAt(store: Store, site: string): FoundInterval | null {
	const { columns, sites, header } = store
	const of = header.siteNames.indexOf(site)
	const took = (i: number): number => columns.end[i]! - columns.start[i]!
	let best = -1
	for (let n = 0; n < sites.interval.length; n++) {
		const i = sites.interval[n]!
		if (sites.site[n] === of && (best < 0 || took(i) > took(best))) best = i
	}
	return best < 0 ? null : store.found(best)
}

/**
 * The slice nearest to a time, in the next lane that has a visible one, or in the previous. Of several, the innermost.
 */
export function beside(
	store: Store,
	interval: number | null,
	time: number,
	by: 1 | -1,
	shown: Uint8Array | null,
): FoundInterval | null {
	const { start, end, lanes } = store.columns
	const away = (i: number): number => Math.max(0, start[i]! - time, time - end[i]!)
	const first = interval === null ? (by === 1 ? 0 : lanes.length - 2) : store.laneOf(interval) + by
	for (let lane = first; lane >= 0 && lane + 1 < lanes.length; lane += by) {
		let best = -1
		for (let i = lanes[lane]!; i < lanes[lane + 1]!; i++) {
			if (best >= 0 && start[i]! - time > away(best)) break
			if (store.isIn(i, shown) && (best < 0 || away(i) <= away(best))) best = i
		}
		if (best >= 0) return store.found(best)
	}
	return null
}
