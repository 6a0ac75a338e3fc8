import type { Layout } from './layout.js'
import { Locations } from './locations.js'
import type { SnapshotStrings } from './strings.js'

/** A node, by its position in the file. */
export type HeapNode = number
/** An edge, by its position in the file. */
export type HeapEdge = number

/** The columns of a snapshot. */
export interface NodeColumns {
	readonly types: Uint8Array
	readonly names: Uint32Array
	readonly ids: Uint32Array
	/** The first edge of each node, and at the end the number of edges. */
	readonly firstEdge: Uint32Array
	readonly edgeTypes: Uint8Array
	readonly edgeNames: Uint32Array
	readonly targets: Uint32Array
}

/** A heap as a graph: nodes are numbers, edges lead from one node to another. */
export class Heap {
	readonly nodeCount: number
	readonly edgeCount: number
	readonly types: Uint8Array
	readonly names: Uint32Array
	/** V8's ids of the objects, for queries to a live process. */
	readonly ids: Uint32Array
	readonly firstEdge: Uint32Array
	readonly edgeTypes: Uint8Array
	/** Strings for named edges, otherwise indexes. */
	readonly edgeNames: Uint32Array
	readonly targets: Uint32Array
	readonly strings: SnapshotStrings
	readonly locations: Locations
	readonly #nodeTypes: readonly string[]
	readonly #isContent: readonly boolean[]
	readonly #edgeTypes: readonly string[]
	#firstIn: Uint32Array | null = null
	#in: Uint32Array | null = null

	constructor(layout: Layout, columns: NodeColumns, strings: SnapshotStrings, locations: Uint32Array) {
		this.nodeCount = columns.types.length
		this.edgeCount = columns.targets.length
		this.types = columns.types
		this.names = columns.names
		this.ids = columns.ids
		this.firstEdge = columns.firstEdge
		this.edgeTypes = columns.edgeTypes
		this.edgeNames = columns.edgeNames
		this.targets = columns.targets
		this.strings = strings
		this.locations = new Locations(locations)
		this.#nodeTypes = layout.nodeTypes
		this.#isContent = layout.isContent
		this.#edgeTypes = layout.edgeTypes
	}

	/** The number of a type of nodes, or -1 if this snapshot does not have it. */
	nodeType(name: string): number {
		return this.#nodeTypes.indexOf(name)
	}

	/** The number of a type of edges, or -1. */
	edgeType(name: string): number {
		return this.#edgeTypes.indexOf(name)
	}

	/** Whether the name of a node is its value, that of a string or a number. */
	isContent(node: HeapNode): boolean {
		return this.#isContent[this.types[node]!]!
	}

	name(node: HeapNode): string {
		return this.strings.get(this.names[node]!)
	}

	/** The incoming edges of a node: from its index in {@link Heap.incoming} up to that of the next node. */
	get firstIncoming(): Uint32Array {
		if (this.#firstIn === null) this.#reverse()
		return this.#firstIn!
	}

	/** All edges, sorted by target node. */
	get incoming(): Uint32Array {
		if (this.#in === null) this.#reverse()
		return this.#in!
	}

	/** The source node of an edge. */
	source(edge: HeapEdge): HeapNode {
		// Searched for, not stored: a search takes a few steps for few edges, while storing takes four bytes for every
		// edge.
		const first = this.firstEdge
		let low = 0
		let high = this.nodeCount
		while (high - low > 1) {
			const middle = (low + high) >>> 1
			if (first[middle]! <= edge) low = middle
			else high = middle
		}
		return low
	}

	#reverse(): void {
		const { nodeCount, edgeCount, targets } = this
		const first = new Uint32Array(nodeCount + 1)
		for (let edge = 0; edge < edgeCount; edge++) first[targets[edge]! + 1]!++
		for (let node = 0; node < nodeCount; node++) first[node + 1]! += first[node]!
		const incoming = new Uint32Array(edgeCount)
		// Each index moves from the first edge of its node to after the last one, which is the first of the next node.
		for (let edge = 0; edge < edgeCount; edge++) incoming[first[targets[edge]!]!++] = edge
		first.copyWithin(1, 0, nodeCount)
		first[0] = 0
		this.#firstIn = first
		this.#in = incoming
	}
}
