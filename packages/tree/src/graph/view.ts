import type { Heap, HeapEdge, HeapNode } from '../snapshot/heap.js'
import { unnamed, vocabulary, type Word } from './words.js'

/** Called for an edge and the node at its other end. Returns false to stop. */
export type Visit = (node: HeapNode, edge: HeapEdge) => boolean | void

/** A heap with the names that V8 uses to describe it. */
export class View {
	readonly heap: Heap
	readonly object: number
	readonly array: number
	readonly closure: number
	readonly native: number
	readonly synthetic: number
	readonly internal: number
	readonly hidden: number
	readonly element: number
	readonly property: number
	readonly contextVariable: number
	readonly weak: number
	readonly #string: number
	readonly #concatenated: number
	readonly #words: ReadonlyMap<string, number>
	readonly #unnamed: ReadonlySet<number>
	readonly #builtins: Map<number, string> = new Map()

	constructor(heap: Heap) {
		this.heap = heap
		this.#words = heap.strings.find(vocabulary)
		this.#unnamed = new Set(unnamed.map(word => this.word(word)).filter(index => index >= 0))
		this.object = heap.nodeType('object')
		this.array = heap.nodeType('array')
		this.closure = heap.nodeType('closure')
		this.native = heap.nodeType('native')
		this.synthetic = heap.nodeType('synthetic')
		this.internal = heap.edgeType('internal')
		this.hidden = heap.edgeType('hidden')
		this.element = heap.edgeType('element')
		this.property = heap.edgeType('property')
		this.contextVariable = heap.edgeType('context')
		this.weak = heap.edgeType('weak')
		this.#string = heap.nodeType('string')
		this.#concatenated = heap.nodeType('concatenated string')
	}

	/** The index of a word's string, or -1 if the snapshot does not contain it. */
	word(word: Word): number {
		return this.#words.get(word) ?? -1
	}

	isNamed(node: HeapNode, word: Word): boolean {
		return this.heap.names[node] === this.word(word)
	}

	/** The target of an edge with a name, which is not weak. */
	get(node: HeapNode, word: Word): HeapNode | null {
		const wanted = this.word(word)
		const { firstEdge, edgeNames, edgeTypes, targets } = this.heap
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
			if (edgeNames[edge] === wanted && this.#hasName(edgeTypes[edge]!)) return targets[edge]!
		return null
	}

	#hasName(type: number): boolean {
		return type !== this.element && type !== this.hidden && type !== this.weak
	}

	/** Outgoing edges. */
	each(node: HeapNode, visit: Visit): void {
		const { firstEdge, targets } = this.heap
		for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
			if (visit(targets[edge]!, edge) === false) return
	}

	/** Incoming edges, except weak ones. */
	eachIncoming(node: HeapNode, visit: Visit): void {
		const { firstIncoming, incoming, edgeTypes } = this.heap
		for (let at = firstIncoming[node]!; at < firstIncoming[node + 1]!; at++) {
			const edge = incoming[at]!
			if (edgeTypes[edge] !== this.weak && visit(this.heap.source(edge), edge) === false) return
		}
	}

	/** Whether an edge is internal and has this name. */
	isInternal(edge: HeapEdge, word: Word): boolean {
		return this.heap.edgeTypes[edge] === this.internal && this.heap.edgeNames[edge] === this.word(word)
	}

	/** Whether an edge leads to what belongs to an object's class, or to a part of itself. */
	isUnnamed(edge: HeapEdge): boolean {
		const type = this.heap.edgeTypes[edge]
		return (type === this.internal || type === this.property) && this.#unnamed.has(this.heap.edgeNames[edge]!)
	}

	isHidden(edge: HeapEdge): boolean {
		return this.heap.edgeTypes[edge] === this.hidden
	}

	isObject(node: HeapNode): boolean {
		return this.heap.types[node] === this.object
	}

	/** Whether a node is a string or a number, which has no values. */
	isContent(node: HeapNode): boolean {
		return this.heap.isContent(node)
	}

	isClosure(node: HeapNode): boolean {
		return this.heap.types[node] === this.closure
	}

	isPromise(node: HeapNode): boolean {
		return this.isObject(node) && this.isNamed(node, 'Promise')
	}

	isReaction(node: HeapNode): boolean {
		return this.isNamed(node, 'system / PromiseReaction')
	}

	isContext(node: HeapNode): boolean {
		return this.isNamed(node, 'system / Context')
	}

	isNativeContext(node: HeapNode): boolean {
		return this.isNamed(node, 'system / NativeContext') || this.isNamed(node, 'system / NativeContext / ')
	}

	/** Which of V8's own functions a closure is, or ''. */
	builtin(closure: HeapNode): string {
		const code = this.get(closure, 'code')
		if (code === null) return ''
		const name = this.heap.names[code]!
		let builtin = this.#builtins.get(name)
		if (builtin === undefined) {
			builtin = /^\((\w+) builtin/.exec(this.heap.strings.get(name))?.[1] ?? ''
			this.#builtins.set(name, builtin)
		}
		return builtin
	}

	/** The name of an object's class. */
	className(node: HeapNode): string {
		return this.heap.name(node).replace(/ @.*| \/ .*/, '')
	}

	/** The content of a string; null if it is unknown, or not a string. */
	text(node: HeapNode): string | null {
		const { heap } = this
		if (heap.types[node] === this.#string) return heap.name(node)
		if (heap.types[node] !== this.#concatenated) return null
		// V8 stores a concatenated string as its parts.
		const first = this.get(node, 'first')
		const second = this.get(node, 'second')
		const head = first === null ? null : this.text(first)
		const tail = second === null ? null : this.text(second)
		return head === null || tail === null ? null : head + tail
	}

	/** Closures whose context this is. */
	closuresOf(context: HeapNode, visit: (closure: HeapNode) => void): void {
		this.eachIncoming(context, (closure, edge) => {
			if (this.isClosure(closure) && this.isInternal(edge, 'context')) visit(closure)
		})
	}
}
