import { SnapshotError } from '../snapshot/errors.js'
import type { HeapNode } from '../snapshot/heap.js'
import type { Layout } from '../snapshot/layout.js'
import type { SnapshotSink } from '../snapshot/sections.js'
import { EdgeFlags } from './edgeflags.js'
import { type Kind, KindTable, kinds } from './kinds.js'
import { codeOf } from './wordtable.js'

/** Bits of the flags of an edge, below its target. */
export const edgeBits: number = 4
const registersCode = codeOf('parameters_and_registers')
const receiverCode = codeOf('receiver')
const maxNodes = 2 ** (32 - edgeBits)

/**
 * The graph of a heap in little memory: of each node its kind, of each edge its target and why it matters, without the
 * edges that do not. 5 bytes a node and at most 4 an edge.
 */
export class Sketch implements SnapshotSink {
	/** One closure of each script. */
	readonly closures: Map<number, HeapNode> = new Map()
	/** Of each suspended call, what it has its arguments and variables in. */
	readonly calls: (readonly HeapNode[])[] = []
	nodeCount = 0
	kinds: Uint8Array = new Uint8Array(0)
	/** The first edge of each node and, at the end, the number of edges. Until they are read: how many each has. */
	firstEdge: Uint32Array = new Uint32Array(0)
	/** Targets and flags of edges: see {@link targetOf}. */
	edgesTo: Uint32Array = new Uint32Array(0)
	readonly #words: Uint8Array
	#layout!: Layout
	#kindTable!: KindTable
	#flags!: EdgeFlags
	#internal = -1
	#weak = -1
	#nodesRead = 0
	/** The source of the current edge, and how many it has that are not read. */
	#source: HeapNode = -1
	#left = 0
	/** Its targets of these names; -1 if it has none. */
	#registers: HeapNode = -1
	#receiver: HeapNode = -1
	#kept = 0

	/** @param words of all strings, their codes */
	constructor(words: Uint8Array) {
		this.#words = words
	}

	header(layout: Layout): void {
		const { nodeCount, edgeCount, edgeTypes } = layout
		if (nodeCount > maxNodes)
			throw new SnapshotError(`the heap has ${nodeCount} objects: more than ${maxNodes} cannot be read`, 0)
		this.#layout = layout
		this.#kindTable = new KindTable(layout)
		this.#flags = new EdgeFlags(layout)
		this.#internal = edgeTypes.indexOf('internal')
		this.#weak = edgeTypes.indexOf('weak')
		this.nodeCount = nodeCount
		this.kinds = new Uint8Array(nodeCount)
		this.firstEdge = new Uint32Array(nodeCount + 1)
		// What is not written takes no memory.
		this.edgesTo = new Uint32Array(edgeCount)
	}

	nodes(rows: Float64Array, length: number): void {
		const { nodeFields, typeAt, nameAt, edgeCountAt } = this.#layout
		const words = this.#words
		for (let at = 0; at < length; at += nodeFields) {
			const node = this.#nodesRead++
			this.kinds[node] = this.#kindTable.of(rows[at + typeAt]!, words[rows[at + nameAt]!] ?? 0)
			this.firstEdge[node] = rows[at + edgeCountAt]!
		}
	}

	edges(rows: Float64Array, length: number): void {
		const { edgeFields, edgeTypeAt, edgeNameAt, targetAt, nodeFields, hasIndex } = this.#layout
		const { kinds: kindOf, edgesTo } = this
		const words = this.#words
		for (let at = 0; at < length; at += edgeFields) {
			while (this.#left === 0) this.#nextNode()
			this.#left--
			const type = rows[at + edgeTypeAt]!
			const target = rows[at + targetAt]! / nodeFields
			const name = hasIndex[type]! ? 0 : (words[rows[at + edgeNameAt]!] ?? 0)
			const source = kindOf[this.#source] as Kind
			const reasons = this.#flags.of(source, type, name, kindOf[target] as Kind)
			if (reasons !== 0) edgesTo[this.#kept++] = target * (1 << edgeBits) + reasons
			if (name === registersCode) {
				if (type === this.#internal) this.#foundCall(source)
				if (type !== this.#weak && this.#registers < 0) this.#registers = target
			} else if (name === receiverCode && type !== this.#weak && this.#receiver < 0) this.#receiver = target
		}
	}

	/** A suspended call is the object that has its registers. */
	#foundCall(kind: Kind): void {
		if (kind === kinds.object || kind === kinds.process || kind === kinds.global) this.kinds[this.#source] = kinds.call
	}

	#nextNode(): void {
		this.#endNode()
		if (++this.#source >= this.#nodesRead)
			throw new SnapshotError('the heap snapshot has more edges than its nodes say', 0)
		this.#left = this.firstEdge[this.#source]!
		this.firstEdge[this.#source] = this.#kept
	}

	#endNode(): void {
		if (this.kinds[this.#source] === kinds.call) {
			const of = [this.#registers, this.#receiver]
			this.calls.push(of.filter(node => node >= 0 && this.kinds[node] !== kinds.content))
		}
		this.#registers = -1
		this.#receiver = -1
	}

	/** All sections are read. */
	finish(): void {
		// What follows the last node with edges has none.
		while (this.#source < this.#nodesRead - 1) this.#nextNode()
		this.#endNode()
		this.firstEdge[this.nodeCount] = this.#kept
		this.edgesTo = this.edgesTo.subarray(0, this.#kept)
	}

	/** Rows of node, script, line and column. */
	locations(rows: Float64Array, length: number): void {
		const { locationFields, nodeFields } = this.#layout
		for (let at = 0; at < length; at += locationFields) {
			const node = rows[at]! / nodeFields
			if (this.kinds[node] === kinds.closure && !this.closures.has(rows[at + 1]!))
				this.closures.set(rows[at + 1]!, node)
		}
	}
}
