import { statePrefix } from '../../data/header.js'
import type { ArgumentFilter } from '../protocol.js'
import { markRuns, markSamples, Spans } from './oftasks.js'
import type { Store } from './store.js'

/**
 * The intervals with certain arguments, with what is within them and what they are in. Of a task, this includes what
 * its thread ran and the samples of that.
 *
 * @returns by interval: whether it is one of these; and how many have the arguments themselves
 */
export async function withArguments(
	store: Store,
	filters: readonly ArgumentFilter[],
): Promise<{ readonly isIn: Uint8Array; readonly count: number }> {
	const { depth, detail, start, end } = store.columns
	const isIn = new Uint8Array(detail.length)
	const isState = Uint8Array.from(store.header.names, name => (name.startsWith(statePrefix) ? 1 : 0))
	const intervalOf = new Uint32Array(detail.length)
	for (let i = 0; i < detail.length; i++) intervalOf[detail[i]!] = i
	/** By outermost interval: when what was found in it was open; or that it was found itself. */
	const inTasks = new Map<number, Spans | true>()
	let count = 0
	for (let chunk = 0; chunk < store.chunks; chunk++) {
		const text = await store.chunkText(chunk)
		// Most chunks have no such argument, and need not be parsed.
		if (!filters.every(({ name }) => text.includes(JSON.stringify(name)))) continue
		for (const [n, one] of (JSON.parse(text) as unknown[]).entries()) {
			const sets = (Array.isArray(one) ? [one[0], one[1]] : [one]) as (Readonly<Record<string, unknown>> | null)[]
			const has = ({ name, value }: ArgumentFilter): boolean =>
				sets.some(args => args !== null && Object.hasOwn(args, name) && textOf(args[name]) === value)
			if (!filters.every(has)) continue
			const i = intervalOf[chunk * store.header.detailsPerChunk + n]!
			isIn[i] = 1
			count++
			markInner(store, i, isState, isIn)
			const root = markOuter(store, i, isState, isIn)
			if (depth[i] === 0) inTasks.set(root, true)
			else {
				const spans = inTasks.get(root) ?? new Spans()
				inTasks.set(root, spans)
				if (spans !== true) spans.add(start[i]!, end[i]!)
			}
		}
	}
	markRuns(store, isIn)
	markSamples(store, inTasks, isIn)
	return { isIn, count }
}

/** What is within an interval; of a region of a task, also the states of the task meanwhile. */
function markInner(store: Store, i: number, isState: Uint8Array, isIn: Uint8Array): void {
	const { depth, start, end, name, lanes } = store.columns
	// What a task does while it is in a state is not a part of the state.
	if (isState[name[i]!] === 1) return
	const last = lanes[store.laneOf(i) + 1]!
	for (let n = i + 1; n < last && depth[n]! > 0; n++) {
		if (depth[i]! > 0 && start[n]! > end[i]!) break
		const isInner = depth[n]! > depth[i]! && (depth[i] === 0 || end[n]! <= end[i]!)
		if (isInner || (isState[name[n]!] === 1 && start[n]! < end[i]!)) isIn[n] = 1
	}
}

/** What an interval is in; of a region of a task, also the states that the task was in when it began. @returns the outermost */
function markOuter(store: Store, i: number, isState: Uint8Array, isIn: Uint8Array): number {
	const { depth, start, end, name, lanes } = store.columns
	const first = lanes[store.laneOf(i)]!
	let below = depth[i]!
	let root = i
	for (let n = i - 1; n >= first && below > 0; n--) {
		if (depth[n]! > 0 && isState[name[n]!] === 1) {
			if (isState[name[i]!] === 0 && end[n]! > start[i]!) isIn[n] = 1
		} else if (depth[n]! < below && end[n]! >= end[i]!) {
			isIn[n] = 1
			below = depth[n]!
			root = n
		}
	}
	return root
}

/** An argument as it is typed. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value)
}
