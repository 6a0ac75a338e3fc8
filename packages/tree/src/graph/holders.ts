import type { HeapEdge, HeapNode } from '../snapshot/heap.js'
import { glue, isGlobal, isLeafClass } from './classes.js'
import type { Scripts } from './scripts.js'
import type { SuspendedCalls } from './suspended.js'
import type { View } from './view.js'

/** The object or variable that holds a resolver. */
export interface Holder {
	/** `native`: only the roots of the heap hold it. */
	readonly by: 'object' | 'variable' | 'global' | 'native'
	/** The object, or the context of the variable. */
	readonly node: HeapNode
	/** Whether its class belongs to the program. */
	readonly isProgram: boolean
	/** For a variable, the function that declares it, or one that uses it. */
	readonly closure: HeapNode | null
	readonly path: string
}

/** A step from a held node to its holder. */
interface HolderStep {
	readonly node: HeapNode
	/** The edge from it to the previous node; -1 for the resolver itself. */
	readonly edge: HeapEdge
	readonly before: HolderStep | null
	readonly distance: number
}

const deepest = 24
const maxVisited = 20_000
/** How many more steps a search takes to find a holder of the program, once it has found one of Node's. */
const patience = 8

/**
 * Finds the holder of a resolver: the nearest object or variable of the program, against the direction of the edges.
 */
export class HolderSearch {
	readonly #view: View
	readonly #scripts: Scripts
	readonly #suspended: SuspendedCalls
	readonly #known: Map<HeapNode, Holder | null> = new Map()
	/** The next step of nodes on paths that led to a holder, because thousands of resolvers may be in the same array. */
	readonly #next: Map<HeapNode, { readonly node: HeapNode; readonly edge: HeapEdge } | Terminal> = new Map()

	constructor(view: View, scripts: Scripts, suspended: SuspendedCalls) {
		this.#view = view
		this.#scripts = scripts
		this.#suspended = suspended
	}

	/** @returns null if there is no holder with a name */
	of(resolver: HeapNode): Holder | null {
		let holder = this.#known.get(resolver)
		if (holder === undefined) {
			holder = this.#search(resolver)
			this.#known.set(resolver, holder)
		}
		return holder
	}

	#search(resolver: HeapNode): Holder | null {
		const search = new HolderWalk(resolver)
		for (let visited = 0; visited < maxVisited; visited++) {
			const step = search.next()
			if (step === undefined) break
			if (step.distance > deepest || step.distance > search.lastDistance) break
			if (step.distance > 0 && this.#next.has(step.node)) return this.#follow(step)
			this.#view.eachIncoming(step.node, (node, edge) => this.#visit(search, step, node, edge))
			if (search.found !== null) return this.#end(search.found.step, search.found.terminal)
		}
		if (search.weak !== null) return this.#end(search.weak.step, search.weak.terminal)
		return search.isRooted ? { by: 'native', node: resolver, isProgram: false, closure: null, path: '' } : null
	}

	/** @returns whether the search goes on */
	#visit(search: HolderWalk, before: HolderStep, node: HeapNode, edge: HeapEdge): boolean {
		if (this.#view.heap.types[node] === this.#view.synthetic) search.isRooted = true
		if (search.seen.has(node) || !this.#leads(node, edge)) return true
		const step: HolderStep = {
			node,
			edge,
			before,
			distance: before.distance + (this.#isSameField(before.edge, edge) ? 0 : 1),
		}
		// Code that waits for an event listens to 'error' too, and the event is more informative.
		if (this.#isError(edge)) {
			search.deferred.push(step)
			return true
		}
		search.seen.add(node)
		const terminal = this.#terminal(step)
		// What leads to a global object does not hold what that has.
		if (terminal?.by !== 'global') search.queue.push(step)
		if (terminal === null) return true
		if (!terminal.isWeak) {
			search.found = { step, terminal }
			return false
		}
		search.weak ??= { step, terminal }
		search.lastDistance = Math.min(search.lastDistance, step.distance + patience)
		return true
	}

	/** A linked list may be long and counts as one holder: `next` of `next` does not count as a step. */
	#isSameField(before: HeapEdge, edge: HeapEdge): boolean {
		const { edgeNames, edgeTypes } = this.#view.heap
		return (
			before >= 0 &&
			edgeTypes[edge] === this.#view.property &&
			edgeTypes[before] === edgeTypes[edge] &&
			edgeNames[before] === edgeNames[edge]
		)
	}

	#isError(edge: HeapEdge): boolean {
		const { heap } = this.#view
		return heap.edgeTypes[edge] === this.#view.property && heap.edgeNames[edge] === this.#view.word('error')
	}

	/** Whether to continue at the source of an edge. */
	#leads(node: HeapNode, edge: HeapEdge): boolean {
		const view = this.#view
		const { heap } = view
		if (heap.types[node] === view.synthetic || this.#suspended.isCall(node)) return false
		// A call with a resolver in its saved registers uses it, and does not hold it for others.
		if (this.#suspended.isRegisters(node) || view.isPromise(node) || view.isReaction(node)) return false
		const type = heap.edgeTypes[edge]
		// All functions have the global object: only what is a property of it is held by it.
		if (type !== view.property && view.isObject(node) && isGlobal(view.className(node))) return false
		return !view.isUnnamed(edge)
	}

	/** Whether a node qualifies as the holder. */
	#terminal({ node, edge, before, distance }: HolderStep): Terminal | null {
		const view = this.#view
		const { heap } = view
		const type = heap.edgeTypes[edge]
		if (type === view.property && view.isObject(node)) {
			const name = view.className(node)
			if (isLeafClass(name)) return { by: 'object', node, closure: null, isWeak: false }
			if (isGlobal(name)) return { by: 'global', node, closure: null, isWeak: true }
			const property = heap.strings.get(heap.edgeNames[edge]!)
			if (property !== 'context' && heap.locations.of(node) !== null && !glue.test(name))
				return { by: 'object', node, closure: null, isWeak: this.#scripts.isInternal(node) }
		}
		if (type === view.contextVariable && view.isContext(node) && heap.edgeNames[edge] !== view.word('this')) {
			// A variable counts as a holder if it has a collection, and each one of a module, which all its functions share.
			const held = before!.node
			const hasCollection = distance > 1 && view.isObject(held) && /^(Object|Array|Map|Set)$/.test(view.className(held))
			if (!hasCollection && !this.#isOfModule(node)) return null
			const closure = this.#closure(node)
			if (closure !== null && !this.#scripts.isInternal(closure))
				return { by: 'variable', node, closure, isWeak: false }
		}
		return null
	}

	/** Whether variables are those of an ES module. */
	#isOfModule(context: HeapNode): boolean {
		const view = this.#view
		let isOfModule = false
		view.each(context, (module, edge) => {
			isOfModule ||= view.isInternal(edge, 'extension') && view.isNamed(module, 'system / SourceTextModule')
		})
		return isOfModule
	}

	#closure(context: HeapNode): HeapNode | null {
		let found: HeapNode | null = null
		this.#view.closuresOf(context, closure => {
			if (found === null && this.#view.heap.locations.of(closure) !== null) found = closure
		})
		return found
	}

	/** Reuse the path that an earlier search found from here. */
	#follow(from: HolderStep): Holder {
		let step = from
		for (;;) {
			const next = this.#next.get(step.node)!
			if ('by' in next) return this.#end(step, next)
			step = { node: next.node, edge: next.edge, before: step, distance: step.distance + 1 }
		}
	}

	#end(last: HolderStep, terminal: Terminal): Holder {
		this.#next.set(last.node, terminal)
		for (let step = last; step.before !== null; step = step.before)
			if (step.before.distance > 0) this.#next.set(step.before.node, { node: step.node, edge: step.edge })
		const { by, node, closure } = terminal
		const isProgram = by === 'object' && this.#view.heap.locations.of(node) !== null && !this.#scripts.isInternal(node)
		return { by, node, isProgram, closure, path: this.#path(last) }
	}

	/** From the holder to the resolver, as source code would express it. */
	#path(last: HolderStep): string {
		const view = this.#view
		const { heap } = view
		const parts: string[] = []
		for (let step = last; step.before !== null; step = step.before) {
			const type = heap.edgeTypes[step.edge]
			const name =
				type === view.element
					? '[]'
					: type === view.property || type === view.contextVariable
						? heap.strings.get(heap.edgeNames[step.edge]!)
						: ''
			if (name !== '' && name !== parts.at(-1)) parts.push(name)
			const held = step.before.node
			const collection = view.isObject(held) ? view.className(held) : ''
			if (collection === 'Map' || collection === 'Set') parts.push(`<${collection}>`)
		}
		return parts.join('.').replace(/\.(?=[[<])/g, '')
	}
}

interface Terminal {
	readonly by: 'object' | 'variable' | 'global'
	readonly node: HeapNode
	readonly closure: HeapNode | null
	/** Whether another holder may be better: its class is Node's own, or it is the global object, which has no place. */
	readonly isWeak: boolean
}

/** The progress of a search. */
class HolderWalk {
	readonly queue: HolderStep[]
	readonly seen: Set<HeapNode>
	/** Steps with lower priority. */
	readonly deferred: HolderStep[] = []
	#at = 0
	found: { readonly step: HolderStep; readonly terminal: Terminal } | null = null
	/** The first holder that is one only if there is no better one. */
	weak: { readonly step: HolderStep; readonly terminal: Terminal } | null = null
	lastDistance: number = Number.POSITIVE_INFINITY
	isRooted = false

	constructor(resolver: HeapNode) {
		this.queue = [{ node: resolver, edge: -1, before: null, distance: 0 }]
		this.seen = new Set([resolver])
	}

	next(): HolderStep | undefined {
		const first = this.deferred[0]
		const step = this.queue[this.#at]
		if (first === undefined || (step !== undefined && step.distance <= first.distance + 2)) {
			this.#at++
			return step
		}
		this.deferred.shift()
		if (this.seen.has(first.node)) return this.next()
		this.seen.add(first.node)
		return first
	}
}
