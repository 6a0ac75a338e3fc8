import { runPrefix, statePrefix } from '../../data/header.js'
import type { Store } from './store.js'

/** Mark what threads ran of the tasks that are marked. A task is running exactly while its thread runs it. */
export function markRuns(store: Store, isIn: Uint8Array): void {
	const running = runningOf(store, isIn)
	const { rows, names } = store.header
	const { start, end, name } = store.columns
	const isRun = Uint8Array.from(names, text => (text.startsWith(runPrefix) ? 1 : 0))
	for (const [row, { kind, process }] of rows.entries()) {
		const ends = running.get(process)
		if (kind !== 'thread' || ends === undefined) continue
		for (const i of intervalsOf(store, row)) if (isRun[name[i]!] === 1 && ends.get(start[i]!) === end[i]) isIn[i] = 1
	}
}

/** Intervals of a task, to look up whether one of them is open at a time. */
export class Spans {
	readonly #all: { readonly start: number; readonly end: number }[] = []
	/** The latest end up to each; null before it is needed. */
	#latest: number[] | null = null

	add(start: number, end: number): void {
		this.#all.push({ start, end })
		this.#latest = null
	}

	isOpen(time: number): boolean {
		const all = this.#all
		if (this.#latest === null) {
			all.sort((a, b) => a.start - b.start)
			let latest = Number.NEGATIVE_INFINITY
			this.#latest = all.map(({ end }) => (latest = Math.max(latest, end)))
		}
		let low = 0
		let high = all.length
		while (low < high) {
			const middle = (low + high) >>> 1
			if (all[middle]!.start <= time) low = middle + 1
			else high = middle
		}
		return low > 0 && time < this.#latest[low - 1]!
	}
}

/**
 * Mark the samples of tasks.
 *
 * @param found by task, an interval of depth 0: when what was found in it was open; true for all of it
 */
export function markSamples(store: Store, found: ReadonlyMap<number, Spans | true>, isIn: Uint8Array): void {
	const { interval, root } = store.samples
	for (let s = 0; s < interval.length; s++) {
		const spans = root[s] === 0 ? undefined : found.get(root[s]! - 1)
		const i = interval[s]!
		if (spans === true || spans?.isOpen(store.columns.start[i]!) === true) isIn[i] = 1
	}
}

/** By process: when each marked time of running begins, and when it ends. */
function runningOf(store: Store, isIn: Uint8Array): ReadonlyMap<string | null, ReadonlyMap<number, number>> {
	const running = store.header.names.indexOf(`${statePrefix}running`)
	const all = new Map<string | null, Map<number, number>>()
	if (running === -1) return all
	const { start, end, name } = store.columns
	for (const [row, { states, process }] of store.header.rows.entries()) {
		if (!states) continue
		let ends = all.get(process)
		if (ends === undefined) all.set(process, (ends = new Map()))
		for (const i of intervalsOf(store, row)) if (isIn[i] === 1 && name[i] === running) ends.set(start[i]!, end[i]!)
	}
	return all
}

function* intervalsOf(store: Store, row: number): Generator<number> {
	const { lanes } = store.columns
	const lane = store.firstLane[row]!
	for (let i = lanes[lane]!; i < lanes[lane + store.row(row).lanes]!; i++) yield i
}
