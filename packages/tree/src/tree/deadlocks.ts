import { isGlobal } from '../graph/classes.js'
import type { SuspendedCalls } from '../graph/suspended.js'
import { type OwnValues, usedFrom } from '../graph/uses.js'
import type { View } from '../graph/view.js'
import { notOwn } from '../graph/words.js'
import type { HeapEdge, HeapNode } from '../snapshot/heap.js'
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
	const values = new ValuesOfCalls(view, suspended)
	for (const { calls, uses } of all)
		for (const call of calls) for (const used of values.of(call)) if (objects.has(used)) uses.add(used)
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

/** The values that suspended calls have. */
class ValuesOfCalls implements OwnValues {
	readonly #view: View
	readonly #suspended: SuspendedCalls

	constructor(view: View, suspended: SuspendedCalls) {
		this.#view = view
		this.#suspended = suspended
	}

	/** The objects that a suspended call can reach from its arguments and variables. */
	of(call: HeapNode): readonly HeapNode[] {
		const view = this.#view
		const from = (['parameters_and_registers', 'receiver'] as const)
			.map(word => view.get(call, word))
			.filter(node => node !== null)
		return usedFrom(
			this,
			from.filter(node => !view.isContent(node)),
		)
	}

	eachOwn(node: HeapNode, visit: (value: HeapNode) => boolean): void {
		this.#view.each(node, (next, edge) => !this.#isOwn(node, edge) || this.#view.isContent(next) || visit(next))
	}

	leadsOn(node: HeapNode): boolean {
		const view = this.#view
		if (view.isPromise(node) || this.#suspended.isCall(node) || view.isReaction(node)) return false
		if (!view.isContext(node)) return !(view.isObject(node) && isGlobal(view.heap.name(node)))
		// Variables of a module are shared by all its functions.
		const outer = view.get(node, 'previous')
		return outer !== null && !view.isNativeContext(outer)
	}

	/** Edges to an object's or function's own values: not to its class, its prototype, or enclosing functions. */
	#isOwn(node: HeapNode, edge: HeapEdge): boolean {
		const view = this.#view
		const { edgeTypes, edgeNames } = view.heap
		const type = edgeTypes[edge]
		if (type === view.weak || type === view.hidden) return false
		if (view.isClosure(node)) return view.isInternal(edge, 'context')
		return type === view.element || !notOwn.some(word => edgeNames[edge] === view.word(word))
	}
}
