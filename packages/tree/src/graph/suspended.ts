import type { Node } from '../snapshot/heap.js'
import type { View } from './view.js'

/** All functions that are suspended at an `await` or a `yield`, and the promises that join them. */
export class Suspended {
	/** Suspended calls, in the order of the file. */
	readonly calls: readonly Node[]
	/** What a call waits for. Has no entry for a generator that is suspended at `yield`. */
	readonly awaited: ReadonlyMap<Node, Node>
	/** The call that will settle a promise. */
	readonly owner: ReadonlyMap<Node, Node>
	readonly #isCall: Uint8Array
	readonly #isRegisters: Uint8Array

	constructor(view: View) {
		const { heap } = view
		this.#isCall = new Uint8Array(heap.nodeCount)
		this.#isRegisters = new Uint8Array(heap.nodeCount)
		const calls: Node[] = []
		const registers = view.word('parameters_and_registers')
		const { types, firstEdge, edgeNames, edgeTypes, targets } = heap
		for (let node = 0; node < heap.nodeCount; node++) {
			if (types[node] !== view.object) continue
			for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
				if (edgeNames[edge] !== registers || edgeTypes[edge] !== view.internal) continue
				this.#isCall[node] = 1
				this.#isRegisters[targets[edge]!] = 1
				calls.push(node)
				break
			}
		}
		const owner = new Map<Node, Node>()
		const awaited = new Map<Node, Node>()
		for (const call of calls) {
			for (const promise of ownPromises(view, call)) if (!owner.has(promise)) owner.set(promise, call)
			const promise = awaitedBy(view, call)
			if (promise !== null) awaited.set(call, promise)
		}
		this.calls = calls
		this.owner = owner
		this.awaited = awaited
	}

	isCall(node: Node): boolean {
		return this.#isCall[node] === 1
	}

	/** Whether a node is the saved registers of a call. */
	isRegisters(node: Node): boolean {
		return this.#isRegisters[node] === 1
	}
}

/** The promise of an async function, or those of the requests that wait for an async generator. */
function ownPromises(view: View, call: Node): Node[] {
	const promises: Node[] = []
	const requests: Node[] = []
	const seen = new Set<Node>()
	const take = (node: Node, edge: number): void => {
		if (!view.isHidden(edge)) return
		if (view.isPromise(node)) promises.push(node)
		else if (view.isNamed(node, 'system / AsyncGeneratorRequest') && !seen.has(node)) {
			seen.add(node)
			requests.push(node)
		}
	}
	view.each(call, take)
	for (const request of requests) view.each(request, take)
	return promises
}

/** V8 resumes a suspended call with closures over a context whose extension is the call. */
function awaitedBy(view: View, call: Node): Node | null {
	let found: Node | null = null
	view.eachIncoming(call, (context, edge) => {
		if (!view.isInternal(edge, 'extension') || !view.isContext(context)) return true
		view.closuresOf(context, closure => {
			if (found !== null || !/Await\w*(Resolve|Reject)Closure$/.test(view.builtin(closure))) return
			view.eachIncoming(closure, reaction => {
				if (view.isReaction(reaction)) found = promiseOf(view, reaction)
				return found === null
			})
		})
		return found === null
	})
	return found
}

/** The promise that a reaction reacts to: reactions of one promise are a list. */
export function promiseOf(view: View, reaction: Node): Node | null {
	const seen = new Set<Node>()
	for (let at: Node | null = reaction; at !== null && !seen.has(at); ) {
		seen.add(at)
		let promise: Node | null = null
		let before: Node | null = null
		view.eachIncoming(at, (from, edge) => {
			if (view.isInternal(edge, 'reactions_or_result')) promise = from
			else if (view.isHidden(edge) && view.isReaction(from)) before = from
			return promise === null
		})
		if (promise !== null) return promise
		at = before
	}
	return null
}
