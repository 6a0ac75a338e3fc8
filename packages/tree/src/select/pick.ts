import { Bits } from '../snapshot/bits.js'
import { IntBuffer } from '../snapshot/bytes.js'
import { Heap, type NodeColumns } from '../snapshot/heap.js'
import type { Layout } from '../snapshot/layout.js'
import type { SnapshotSink } from '../snapshot/sections.js'
import { SnapshotStrings } from '../snapshot/strings.js'
import type { Rank } from './rank.js'

/** Takes some nodes of a snapshot and the edges between them, in the order of the file. */
export class PickedHeap implements SnapshotSink {
	readonly #nodes: Rank
	#layout!: Layout
	#columns: NodeColumns
	/** The edges of each node, by their numbers in the file: the first one. How many follow is in `firstEdge`. */
	readonly #firstInFile: Uint32Array
	readonly #isName = new Bits()
	readonly #strings = new SnapshotStrings(this.#isName, true)
	readonly #locations = new IntBuffer()
	#nodesRead = 0
	#edgesRead = 0
	/** The number of edges of the nodes so far. */
	#edgesInFile = 0
	/** Edges of nodes that are taken. */
	#maxEdges = 0
	/** The node that the next edge may be of, and the number of the edge after its last one. */
	#source = -1
	#end = 0
	#edge = 0

	/** @param nodes those that are taken */
	constructor(nodes: Rank) {
		this.#nodes = nodes
		const { count } = nodes
		this.#firstInFile = new Uint32Array(count + 1)
		this.#columns = {
			types: new Uint8Array(count),
			names: new Uint32Array(count),
			ids: new Uint32Array(count),
			firstEdge: new Uint32Array(count + 1),
			edgeTypes: new Uint8Array(0),
			edgeNames: new Uint32Array(0),
			targets: new Uint32Array(0),
		}
	}

	header(layout: Layout): void {
		this.#layout = layout
	}

	nodes(rows: Float64Array, length: number): void {
		const { nodeFields, typeAt, nameAt, idAt, edgeCountAt } = this.#layout
		const { types, names, ids, firstEdge } = this.#columns
		for (let at = 0; at < length; at += nodeFields) {
			const edges = rows[at + edgeCountAt]!
			const node = this.#nodes.of(this.#nodesRead++)
			if (node >= 0) {
				const name = rows[at + nameAt]!
				types[node] = rows[at + typeAt]!
				names[node] = name
				ids[node] = rows[at + idAt]!
				firstEdge[node] = edges
				this.#firstInFile[node] = this.#edgesInFile
				this.#maxEdges += edges
				this.#isName.add(name)
			}
			this.#edgesInFile += edges
		}
	}

	edges(rows: Float64Array, length: number): void {
		const { edgeFields, edgeTypeAt, edgeNameAt, targetAt, nodeFields, hasIndex } = this.#layout
		if (this.#edgesRead === 0) this.#beginEdges()
		const { edgeTypes, edgeNames, targets } = this.#columns
		for (let at = 0; at < length; at += edgeFields) {
			const inFile = this.#edgesRead++
			while (inFile >= this.#end) this.#nextSource()
			if (inFile < this.#firstInFile[this.#source]!) continue
			const target = this.#nodes.of(rows[at + targetAt]! / nodeFields)
			if (target < 0) continue
			const edge = this.#edge++
			const type = rows[at + edgeTypeAt]!
			const name = rows[at + edgeNameAt]!
			edgeTypes[edge] = type
			edgeNames[edge] = name
			targets[edge] = target
			if (!hasIndex[type]) this.#isName.add(name)
		}
	}

	#beginEdges(): void {
		// What is not written takes no memory.
		this.#columns = {
			...this.#columns,
			edgeTypes: new Uint8Array(this.#maxEdges),
			edgeNames: new Uint32Array(this.#maxEdges),
			targets: new Uint32Array(this.#maxEdges),
		}
		this.#firstInFile[this.#nodes.count] = this.#edgesInFile
	}

	#nextSource(): void {
		const { firstEdge } = this.#columns
		const source = ++this.#source
		this.#end = source < this.#nodes.count ? this.#firstInFile[source]! + firstEdge[source]! : Number.POSITIVE_INFINITY
		firstEdge[source] = this.#edge
	}

	/** Rows of node, script, line and column. */
	locations(rows: Float64Array, length: number): void {
		const { locationFields, nodeFields } = this.#layout
		for (let at = 0; at < length; at += locationFields) {
			const node = this.#nodes.of(rows[at]! / nodeFields)
			if (node < 0) continue
			this.#locations.push(node)
			for (let column = 1; column < 4; column++) this.#locations.push(rows[at + column]!)
		}
	}

	stringPart(part: Uint8Array): void {
		this.#strings.append(part)
	}

	stringEnd(): void {
		this.#strings.end()
	}

	/** All sections are read. */
	finish(): Heap {
		while (this.#source < this.#nodes.count) this.#nextSource()
		this.#strings.finish()
		const edges = this.#edge
		const { edgeTypes, edgeNames, targets } = this.#columns
		const columns: NodeColumns = {
			...this.#columns,
			edgeTypes: edgeTypes.subarray(0, edges),
			edgeNames: edgeNames.subarray(0, edges),
			targets: targets.subarray(0, edges),
		}
		return new Heap(this.#layout, columns, this.#strings, this.#locations.toArray())
	}
}
