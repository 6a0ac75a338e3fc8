import type { HeapNode } from '../snapshot/heap.js'
import type { View } from './view.js'

/** All functions that are suspended at an `await` or a `yield`, and the promises that join them. */
export class SuspendedCalls {
	/** Suspended calls, in the order of the file. */
	readonly calls: readonly HeapNode[]
	/** What a call waits for. Has no entry for a generator that is suspended at `yield`. */
	readonly awaited: ReadonlyMap<HeapNode, HeapNode>
	/** The call that will settle a promise. */
	readonly owner: ReadonlyMap<HeapNode, HeapNode>
	/** The promise that a call will settle: of an async generator, the first that waits for it. */
	readonly promise: ReadonlyMap<HeapNode, HeapNode>
	readonly #isCall: Uint8Array
	readonly #isRegisters: Uint8Array

	constructor(view: View) {
		const { heap } = view
		this.#isCall = new Uint8Array(heap.nodeCount)
		this.#isRegisters = new Uint8Array(heap.nodeCount)
		const calls: HeapNode[] = []
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
		const owner = new Map<HeapNode, HeapNode>()
		const own = new Map<HeapNode, HeapNode>()
		const awaited = new Map<HeapNode, HeapNode>()
		for (const call of calls) {
			for (const promise of ownPromises(view, call)) {
				if (!owner.has(promise)) owner.set(promise, call)
				if (!own.has(call)) own.set(call, promise)
			}
			const promise = awaitedBy(view, call)
			if (promise !== null) awaited.set(call, promise)
		}
		this.calls = calls
		this.owner = owner
		this.promise = own
		this.awaited = awaited
	}

	isCall(node: HeapNode): boolean {
		return this.#isCall[node] === 1
	}

	/** Whether a node is the saved registers of a call. */
	isRegisters(node: HeapNode): boolean {
		return this.#isRegisters[node] === 1
	}
}

/** The promise of an async function, or those of the requests that wait for an async generator. */
function ownPromises(view: View, call: HeapNode): HeapNode[] {
	const promises: HeapNode[] = []
	const requests: HeapNode[] = []
	const seen = new Set<HeapNode>()
	const take = (node: HeapNode, edge: number): void => {
		if (!view.isHidden(edge)) return
		if (view.isPromise(node)) promises.push(node)
		else if (view.isNamed(node, 'system / AsyncGeneratorRequest') && !seen.has(node)) {
			seen.add(node)
			requests.push(node)
		}
	}
	view.each(call, take)
	for (const request of requests) {
		view.each(request, (node, edge) => {
			if (!view.isPromise(node)) take(node, edge)
		})
		const answer = answerOf(view, request)
		if (answer !== null) promises.push(answer)
	}
	return promises
}

/** The promise that `next`, `return` or `throw` returned. What was passed to them is before it, and may be a promise too. */
function answerOf(view: View, request: HeapNode): HeapNode | null {
	let answer: HeapNode | null = null
	let last = -1
	view.each(request, (node, edge) => {
		if (!view.isHidden(edge) || !view.isPromise(node) || view.heap.edgeNames[edge]! <= last) return
		answer = node
		last = view.heap.edgeNames[edge]!
	})
	return answer
}

/** V8 resumes a suspended call with closures over a context whose extension is the call. */
function awaitedBy(view: View, call: HeapNode): HeapNode | null {
	let found: HeapNode | null = null
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
export function promiseOf(view: View, reaction: HeapNode): HeapNode | null {
	const seen = new Set<HeapNode>()
	for (let at: HeapNode | null = reaction; at !== null && !seen.has(at); ) {
		seen.add(at)
		let promise: HeapNode | null = null
		let before: HeapNode | null = null
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
