import { statePrefix } from '../../data/header.js'
import type { Flame } from '../protocol.js'
import type { Store } from './store.js'

class FlameNode {
	value = 0
	count = 0
	readonly #children = new Map<string, FlameNode>()

	child(name: string): FlameNode {
		let child = this.#children.get(name)
		if (child === undefined) this.#children.set(name, (child = new FlameNode()))
		return child
	}

	add(value: number, count: number): this {
		this.value += value
		this.count += count
		return this
	}

	done(name: string, minValue: number): Flame {
		const children = [...this.#children]
			.filter(([, { value }]) => value >= minValue)
			.map(([text, node]) => node.done(text, minValue))
			.sort((a, b) => b.value - a.value)
		return { name, value: this.value, count: this.count, children }
	}
}

/** Frames below this fraction of the total are not visible. */
const minShare = 1 / 4000

/** Nested slices by name: for each path of names, the time within the range. */
export function nesting(store: Store, from: number, to: number, shown: Uint8Array | null): Flame {
	const { start, end, depth, name, lanes } = store.columns
	const { names } = store.header
	const all = new FlameNode()
	const states = namesThat(store, text => text.startsWith(statePrefix))
	const path: (FlameNode | undefined)[] = []
	for (let lane = 0; lane + 1 < lanes.length; lane++) {
		path.length = 0
		for (let i = lanes[lane]!; i < lanes[lane + 1]! && start[i]! < to; i++) {
			const at = depth[i]!
			if (states[name[i]!] === 1) continue
			// States, which are left out between a task and its regions, take no level.
			let above = at - 1
			while (above >= 0 && path[above] === undefined) above--
			const node = (above < 0 ? all : path[above]!).child(names[name[i]!]!)
			path.length = at
			path[at] = node
			if (
				end[i]! <= from ||
				end[i] === start[i] ||
				(at === 0 && !store.isIn(i, shown)) ||
				(store.only !== null && !store.isIn(i, null))
			)
				continue
			const within = Math.min(end[i]!, to) - Math.max(start[i]!, from)
			node.add(within, 1)
			if (above < 0) all.add(within, 1)
		}
	}
	return all.done('all', all.value * minShare)
}

/**
 * The states of tasks: by task, state and place of the wait. Where places are a sample, the time of a wait is divided
 * as its sample is.
 */
export function states(store: Store, only: string | null, from: number, to: number, shown: Uint8Array | null): Flame {
	const { columns, sites, header } = store
	const { start, end, name, depth } = columns
	const wanted = namesThat(store, text => (only === null ? text.startsWith(statePrefix) : text === statePrefix + only))
	const all = new FlameNode()
	/** By task and state: its node, and by place what its sample says. */
	const nodes = new Map<string, { readonly node: FlameNode; readonly bySite: Map<string, number> }>()
	let next = 0
	let root = 0
	for (let i = 0; i < name.length; i++) {
		if (depth[i] === 0) root = i
		while (next < sites.interval.length && sites.interval[next]! < i) next++
		if (wanted[name[i]!] !== 1 || end[i]! <= from || start[i]! >= to) continue
		const task = name[root]!
		if ((shown !== null && shown[task] === 0) || !store.isIn(i, null)) continue
		const within = Math.min(end[i]!, to) - Math.max(start[i]!, from)
		const key = `${task} ${name[i]}`
		let known = nodes.get(key)
		if (known === undefined) {
			const above = all.child(header.names[task]!)
			const node = only === null ? above.child(header.names[name[i]!]!) : above
			nodes.set(key, (known = { node, bySite: new Map() }))
		}
		known.node.add(within, 1)
		if (only === null) all.child(header.names[task]!).add(within, 1)
		all.add(within, 1)
		if (sites.interval[next] === i) {
			const site = header.siteNames[sites.site[next]!]!
			known.bySite.set(site, (known.bySite.get(site) ?? 0) + (end[i]! - start[i]!) * sites.weight[next]!)
		}
	}
	for (const { node, bySite } of nodes.values()) {
		const total = [...bySite.values()].reduce((sum, time) => sum + time, 0)
		for (const [site, time] of bySite)
			node.child(site).add((node.value * time) / total, Math.round((node.count * time) / total))
	}
	return all.done('all', all.value * minShare)
}

/** Samples by function, each in what called it; with their tasks around them, if asked for. */
export function cpu(store: Store, byTask: boolean, from: number, to: number, shown: Uint8Array | null): Flame {
	const { header, columns } = store
	const { interval, node, task, nodes } = store.samples
	const all = new FlameNode()
	const roots = new Map<number, FlameNode>()
	/** By root and call: what it is in the graph. */
	const known = new Map<FlameNode, Map<number, FlameNode>>()
	const frameOf = (root: FlameNode, call: number, calls: Map<number, FlameNode>): FlameNode => {
		let found = calls.get(call)
		if (found === undefined) {
			const caller = nodes.caller[call]!
			found = (caller === 0 ? root : frameOf(root, caller - 1, calls)).child(header.frames[nodes.frame[call]!]!)
			calls.set(call, found)
		}
		return found
	}
	for (let i = 0; i < interval.length; i++) {
		const at = interval[i]!
		const within = Math.min(columns.end[at]!, to) - Math.max(columns.start[at]!, from)
		const name = task[i]! - 1
		if (within <= 0 || !store.isIn(at, null)) continue
		if (shown !== null && shown[columns.name[at]!] === 0 && (name < 0 || shown[name] === 0)) continue
		let root = all
		if (byTask) {
			root = roots.get(name) ?? all.child(name < 0 ? 'outside of tasks' : header.names[name]!)
			roots.set(name, root)
			root.add(within, 1)
		}
		all.add(within, 1)
		let calls = known.get(root)
		if (calls === undefined) known.set(root, (calls = new Map()))
		frameOf(root, node[i]!, calls)
		for (let call = node[i]! + 1; call > 0; call = nodes.caller[call - 1]!) calls.get(call - 1)!.add(within, 1)
	}
	return all.done('all', all.value * minShare)
}

function namesThat({ header }: Store, is: (name: string) => boolean): Uint8Array {
	return Uint8Array.from(header.names, name => (is(name) ? 1 : 0))
}
