import { statePrefix } from '../../data/header.js'
import { linkKinds } from '../../data/links.js'
import type { Arrow } from '../protocol.js'
import type { Store } from './store.js'

/** The outermost interval that an interval is part of: the task of a state, the request of a query. */
export function rootOf({ columns: { depth } }: Store, interval: number): number {
	let root = interval
	while (root > 0 && depth[root]! > 0) root--
	return depth[root] === 0 ? root : interval
}

/** Where the intervals within an outermost one end. */
export function endOf({ columns: { depth, lanes } }: Store, root: number, lane: number): number {
	let end = root + 1
	while (end < lanes[lane + 1]! && depth[end]! > 0) end++
	return end
}

/** When a wake ended a wait: from then until the task runs, it is runnable. */
function wokenAt(store: Store, wait: number): number {
	const { start, end, name } = store.columns
	return store.header.names[name[wait]!] === `${statePrefix}runnable` ? start[wait]! : end[wait]!
}

/** What a task did at a time: one of its states, or itself. */
function stateAt(store: Store, root: number, time: number): number {
	const { start, end, depth } = store.columns
	const last = endOf(store, root, store.laneOf(root))
	// A task settles something while it runs. If two states meet, take the one that ends.
	for (let i = root + 1; i < last && start[i]! <= time; i++) if (depth[i] === 1 && end[i]! >= time - 1) return i
	return root
}

/** All arrows of a slice and its parents; or all arrows in a range of time, but none if there are more than `max`. */
export function arrows(store: Store, begin: number, until: number, of: number | null, max: number): Arrow[] {
	const { links, columns } = store
	const found: number[] = []
	if (of !== null) {
		const root = rootOf(store, of)
		const last = endOf(store, root, store.laneOf(root))
		for (let i = firstTo(links.to, root); i < links.to.length && links.to[i]! < last; i++) found.push(i)
		for (let i = 0; i < links.from.length && found.length < max; i++)
			if (links.from[i]! >= root && links.from[i]! < last && !(links.to[i]! >= root && links.to[i]! < last))
				found.push(i)
	} else {
		for (let i = 0; i < links.to.length; i++) {
			const to = links.to[i]!
			const time = links.kind[i] === 0 ? columns.end[to]! : columns.start[to]!
			if (time < begin || time > until) continue
			found.push(i)
			if (found.length > max) return []
		}
	}
	return found.slice(0, max).map(i => arrowOf(store, i))
}

function arrowOf(store: Store, link: number): Arrow {
	const { links, columns } = store
	const { start, end } = columns
	const from = links.from[link]!
	const to = links.to[link]!
	const kind = linkKinds[links.kind[link]!]!
	const at = kind === 'wake' ? wokenAt(store, to) : start[to]!
	const begin = kind !== 'flow' ? at : end[from]! <= at ? end[from]! : Math.min(start[from]!, at)
	return {
		kind,
		from: store.found(kind === 'flow' ? from : stateAt(store, from, at)),
		to: store.found(to),
		begin,
		end: at,
		fromTask: store.found(rootOf(store, from)),
		toTask: store.found(rootOf(store, to)),
	}
}

/** The first link that leads to an interval or one after it. */
export function firstTo(to: Uint32Array, interval: number): number {
	let low = 0
	let high = to.length
	while (low < high) {
		const middle = (low + high) >>> 1
		if (to[middle]! < interval) low = middle + 1
		else high = middle
	}
	return low
}
