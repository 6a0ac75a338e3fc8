// The critical path of a task: at each moment the cause of its duration, in the task itself or in the task that ended
// its wait.
import { statePrefix } from '../../data/header.js'
import type { PathInterval } from '../protocol.js'
import { endOf, firstTo, rootOf } from './links.js'
import { siteOf } from './sites.js'
import type { Store } from './store.js'

/** Maximum number of intervals in a chain. */
const maxSteps = 20_000

interface PathSpan {
	readonly root: number
	readonly from: number
	readonly to: number
	/**
	 * Whether what it does next begins there, or it ends: a wait before it is over by then, although the recorded times of
	 * the two may overlap a little.
	 */
	readonly isWhole: boolean
}

/**
 * From the end of a slice back to its begin: what it did. Where it waited for another task to end its wait, what that
 * task did until then, as long as the wait lasted. Steps join without gaps: they add up to the slice.
 */
export function criticalPath(store: Store, of: number): PathInterval[] {
	const root = rootOf(store, of)
	const { start, end } = store.columns
	const steps: PathInterval[] = []
	const spans: PathSpan[] = [{ root, from: start[root]!, to: end[root]!, isWhole: true }]
	// Two tasks that end each other's waits at the same moment would cause an endless loop.
	const followed = new Set<number>()
	const parts = new Map<number, readonly number[]>()
	const partsIn = (task: number): readonly number[] => {
		let known = parts.get(task)
		if (known === undefined) parts.set(task, (known = partsOf(store, task)))
		return known
	}
	const add = (task: number, at: number, from: number, to: number): void => {
		if (to <= from) return
		const last = steps.at(-1)
		// What a task does beside its states, in pieces.
		if (last !== undefined && last.at.interval === at && last.from === to) steps[steps.length - 1] = { ...last, from }
		else steps.push({ from, to, at: store.found(at), task: store.found(task), site: siteOf(store, at) })
	}
	while (spans.length > 0 && steps.length < maxSteps) {
		const { root: task, from, to, isWhole } = spans.pop()!
		if (to <= from) continue
		const all = partsIn(task)
		const part = lastBefore(store, all, to)
		if (part === -1 || end[part]! <= from) {
			add(task, task, from, to)
			continue
		}
		if (end[part]! < to) {
			add(task, task, end[part]!, to)
			spans.push({ root: task, from, to: end[part]!, isWhole: true })
			continue
		}
		const begin = Math.max(from, start[part]!)
		spans.push({ root: task, from, to: begin, isWhole: true })
		const waker = (isWhole || end[part] === to) && !followed.has(part) ? wakerOf(store, part) : -1
		if (waker === -1 || waker === task || start[waker]! >= to) {
			add(task, part, begin, to)
			continue
		}
		followed.add(part)
		// Before it began and after it ended, the task that ended the wait held up nothing: that is the wait itself.
		const until = Math.min(to, Math.max(begin, end[waker]!))
		const since = Math.min(until, Math.max(begin, start[waker]!))
		add(task, part, until, to)
		if (since > begin) spans.push({ root: task, from: begin, to: since, isWhole: false })
		spans.push({ root: waker, from: since, to: until, isWhole: false })
	}
	return steps.reverse()
}

/** The states of a task; of what has none, the slices that are directly within it. By start. */
function partsOf(store: Store, root: number): readonly number[] {
	const { depth, start, end } = store.columns
	const last = endOf(store, root, store.laneOf(root))
	let shallowest = 255
	for (let i = root + 1; i < last; i++) shallowest = Math.min(shallowest, depth[i]!)
	const found: number[] = []
	for (let i = root + 1; i < last; i++) if (depth[i] === shallowest && end[i]! > start[i]!) found.push(i)
	return found
}

/** The last one that begins before a time. */
function lastBefore({ columns: { start } }: Store, parts: readonly number[], time: number): number {
	let low = 0
	let high = parts.length
	while (low < high) {
		const middle = (low + high) >>> 1
		if (start[parts[middle]!]! < time) low = middle + 1
		else high = middle
	}
	return parts[low - 1] ?? -1
}

/** The task that ended a wait, or -1. */
function wakerOf(store: Store, wait: number): number {
	const { links, header, columns } = store
	const i = firstTo(links.to, wait)
	const isWake = links.to[i] === wait && links.kind[i] === 0
	return isWake && header.names[columns.name[wait]!] !== `${statePrefix}runnable` ? links.from[i]! : -1
}
