import type { SuspendedCalls } from '../graph/suspended.js'
import type { View } from '../graph/view.js'
import type { HeapNode } from '../snapshot/heap.js'
import type { Chains } from './chains.js'

/** Calls that may wait for each other. */
export interface Circle {
	/** The outermost calls. */
	readonly starts: readonly HeapNode[]
	/** The objects that they wait for, each used by no other chain. */
	readonly objects: readonly HeapNode[]
}

/** An outermost call, the objects that it waits for and those that it uses. */
interface Chain {
	readonly start: HeapNode
	/** Objects that have its resolvers; null if something else may resume it too. */
	readonly waitsFor: ReadonlySet<HeapNode> | null
	readonly calls: readonly HeapNode[]
	readonly uses: Set<HeapNode>
}

/** Maximum distance from the registers of a call to an object that it uses, and maximum number of objects visited. */
const deepest = 4
const maxNodes = 100
/** With more chains than this, cycles are not searched for. */
const maxChains = 5000

/**
 * Sets of chains that may be deadlocked: each waits for an object, such as a lock, and every chain that uses that
 * object and does not wait for it waits for another object of the set. So the holders of the locks are among the
 * waiting chains. This is not a proof: something that is not suspended, such as the callback of a timer, may hold one
 * too.
 *
 * @param holders whether an object is one of the program's, and may be a lock
 */
export function circlesOf(
	view: View,
	suspended: SuspendedCalls,
	chains: Chains,
	starts: readonly HeapNode[],
): Circle[] {
	if (starts.length > maxChains) return []
	const all = starts.map(start => chainOf(suspended, chains, start))
	const objects = new Set(all.flatMap(({ waitsFor }) => [...(waitsFor ?? [])]))
	if (objects.size < 2) return []
	for (const chain of all) for (const call of chain.calls) addUses(view, suspended, call, objects, chain.uses)
	const index = indexOf(all)
	return components(index, closed(index, objects))
}

/** Chains by objects. */
interface Index {
	/** Chains that use an object and do not wait for it. */
	readonly users: ReadonlyMap<HeapNode, readonly Chain[]>
	readonly waiters: ReadonlyMap<HeapNode, readonly Chain[]>
}

function indexOf(all: readonly Chain[]): Index {
	const users = new Map<HeapNode, Chain[]>()
	const waiters = new Map<HeapNode, Chain[]>()
	const add = (to: Map<HeapNode, Chain[]>, object: HeapNode, chain: Chain): void => {
		const chains = to.get(object)
		if (chains === undefined) to.set(object, [chain])
		else chains.push(chain)
	}
	for (const chain of all) {
		for (const object of chain.uses) if (chain.waitsFor?.has(object) !== true) add(users, object, chain)
		for (const object of chain.waitsFor ?? []) add(waiters, object, chain)
	}
	return { users, waiters }
}

/** Objects whose users all wait for other ones of them. */
function closed({ users, waiters }: Index, objects: ReadonlySet<HeapNode>): Set<HeapNode> {
	const left = new Set(objects)
	const isStuck = ({ waitsFor }: Chain): boolean =>
		waitsFor !== null && waitsFor.size > 0 && [...waitsFor].every(other => left.has(other))
	const open = [...objects]
	for (let object = open.pop(); object !== undefined; object = open.pop()) {
		if (!left.has(object)) continue
		const of = users.get(object) ?? []
		if (of.length > 0 && of.every(isStuck)) continue
		left.delete(object)
		// The chains that wait for it may continue, and release everything they use.
		for (const waiter of waiters.get(object) ?? []) open.push(...waiter.uses)
	}
	return left
}

/** The remaining objects, grouped by the chains that connect them. */
function components({ users, waiters }: Index, left: Set<HeapNode>): Circle[] {
	const circles: Circle[] = []
	for (const first of left) {
		const objects = new Set<HeapNode>()
		const starts = new Set<HeapNode>()
		const open = [first]
		for (let object = open.pop(); object !== undefined; object = open.pop()) {
			if (objects.has(object) || !left.has(object)) continue
			objects.add(object)
			left.delete(object)
			for (const { start, uses } of waiters.get(object) ?? []) {
				starts.add(start)
				open.push(...uses)
			}
			for (const { waitsFor } of users.get(object) ?? []) open.push(...waitsFor!)
		}
		if (objects.size > 0) circles.push({ objects: [...objects], starts: [...starts] })
	}
	return circles
}

function chainOf(suspended: SuspendedCalls, chains: Chains, start: HeapNode): Chain {
	const calls = [start]
	const waitsFor = new Set<HeapNode>()
	let isOpen = false
	const seen = new Set<HeapNode>()
	const open = [suspended.awaited.get(start)].filter(promise => promise !== undefined)
	for (let promise = open.pop(); promise !== undefined; promise = open.pop()) {
		if (seen.has(promise)) continue
		seen.add(promise)
		const call = suspended.owner.get(promise)
		if (call !== undefined) calls.push(call)
		const inputs = chains.inputsOf(promise)
		const holders = chains.holdersOf(promise)
		if (inputs.length > 1 || (inputs.length > 0 && holders.length > 0)) isOpen = true
		open.push(...inputs)
		if (inputs.length > 0) continue
		const objects = holders.filter(({ by, isProgram }) => by === 'object' && isProgram).map(({ node }) => node)
		if (objects.length === 0 || new Set(objects).size > 1) isOpen = true
		for (const object of objects) waitsFor.add(object)
	}
	return { start, calls, waitsFor: isOpen ? null : waitsFor, uses: new Set() }
}

/** The `objects` that a suspended call can reach from its arguments and variables. */
function addUses(
	view: View,
	suspended: SuspendedCalls,
	call: HeapNode,
	objects: ReadonlySet<HeapNode>,
	uses: Set<HeapNode>,
): void {
	const from = (['parameters_and_registers', 'receiver'] as const)
		.map(word => view.get(call, word))
		.filter(node => node !== null)
	const distances = new Map<HeapNode, number>(from.map(node => [node, 0]))
	const queue = [...from]
	for (let at = 0; at < queue.length && at < maxNodes; at++) {
		const node = queue[at]!
		if (objects.has(node)) uses.add(node)
		const distance = distances.get(node)!
		if (distance === deepest || !leadsOn(view, suspended, node)) continue
		view.each(node, (next, edge) => {
			if (distances.has(next) || !isOwn(view, node, edge)) return
			distances.set(next, distance + 1)
			queue.push(next)
		})
	}
}

/** Whether code that has a node also uses what the node refers to. */
function leadsOn(view: View, suspended: SuspendedCalls, node: HeapNode): boolean {
	if (view.isPromise(node) || suspended.isCall(node) || view.isReaction(node)) return false
	if (!view.isContext(node)) return !view.className(node).startsWith('global')
	// Variables of a module are shared by all its functions.
	const outer = view.get(node, 'previous')
	return outer !== null && !view.heap.name(outer).includes('NativeContext')
}

/** Edges to an object's or function's own values: not to its class, its prototype, or enclosing functions. */
function isOwn(view: View, node: HeapNode, edge: number): boolean {
	const { edgeTypes, edgeNames } = view.heap
	const type = edgeTypes[edge]
	if (type === view.weak || type === view.hidden) return false
	if (view.isClosure(node)) return view.isInternal(edge, 'context')
	return !(['map', '__proto__', 'constructor', 'prototype', 'previous', 'script', 'shared', 'code'] as const).some(
		word => edgeNames[edge] === view.word(word) && type !== view.element,
	)
}
