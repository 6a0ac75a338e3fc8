import { Bits } from './bits.js'
import { IntBuffer } from './bytes.js'
import { Heap, type NodeColumns } from './heap.js'
import type { Layout } from './layout.js'
import { SectionReader, type SnapshotSink } from './sections.js'
import { SnapshotStrings } from './strings.js'

/**
 * Reads a heap snapshot piece by piece. Integers go straight into typed arrays and the string table is kept as bytes,
 * so that a file of any size is read without creating JavaScript objects for its content: 17 bytes for each node and 13
 * for each edge, and the strings.
 */
export class SnapshotParser {
	readonly #heap = new WholeHeap()
	readonly #reader = new SectionReader(this.#heap)

	/** Number of bytes read. */
	get offset(): number {
		return this.#reader.offset
	}

	/** @throws {SnapshotError} if it is not a heap snapshot */
	write(chunk: Uint8Array): void {
		this.#reader.write(chunk)
	}

	/** @throws {SnapshotError} if it ended too early */
	end(): Heap {
		this.#reader.end()
		return this.#heap.end()
	}
}

/** Takes all nodes and edges of a snapshot. */
class WholeHeap implements SnapshotSink {
	#layout: Layout | null = null
	#columns: NodeColumns | null = null
	readonly #isName = new Bits()
	readonly #strings = new SnapshotStrings(this.#isName)
	readonly #locations = new IntBuffer()
	#node = 0
	#edge = 0
	/** The number of edges of the nodes so far. */
	#edges = 0

	header(layout: Layout): void {
		const { nodeCount, edgeCount } = layout
		this.#layout = layout
		this.#columns = {
			types: new Uint8Array(nodeCount),
			names: new Uint32Array(nodeCount),
			ids: new Uint32Array(nodeCount),
			firstEdge: new Uint32Array(nodeCount + 1),
			edgeTypes: new Uint8Array(edgeCount),
			edgeNames: new Uint32Array(edgeCount),
			targets: new Uint32Array(edgeCount),
		}
	}

	nodes(rows: Float64Array, length: number): void {
		const { nodeFields, typeAt, nameAt, idAt, edgeCountAt, isContent } = this.#layout!
		const { types, names, ids, firstEdge } = this.#columns!
		for (let at = 0; at < length; at += nodeFields) {
			const node = this.#node++
			const type = rows[at + typeAt]!
			const name = rows[at + nameAt]!
			types[node] = type
			names[node] = name
			ids[node] = rows[at + idAt]!
			firstEdge[node] = this.#edges
			this.#edges += rows[at + edgeCountAt]!
			firstEdge[node + 1] = this.#edges
			if (!isContent[type]) this.#isName.add(name)
		}
	}

	edges(rows: Float64Array, length: number): void {
		const { edgeFields, edgeTypeAt, edgeNameAt, targetAt, nodeFields, hasIndex } = this.#layout!
		const { edgeTypes, edgeNames, targets } = this.#columns!
		for (let at = 0; at < length; at += edgeFields) {
			const edge = this.#edge++
			const type = rows[at + edgeTypeAt]!
			const name = rows[at + edgeNameAt]!
			edgeTypes[edge] = type
			edgeNames[edge] = name
			targets[edge] = rows[at + targetAt]! / nodeFields
			if (!hasIndex[type]) this.#isName.add(name)
		}
	}

	/** Rows of node, script, line and column. */
	locations(rows: Float64Array, length: number): void {
		const { locationFields, nodeFields } = this.#layout!
		for (let at = 0; at < length; at += locationFields) {
			this.#locations.push(rows[at]! / nodeFields)
			for (let column = 1; column < 4; column++) this.#locations.push(rows[at + column]!)
		}
	}

	stringPart(part: Uint8Array): void {
		this.#strings.append(part)
	}

	stringEnd(): void {
		this.#strings.end()
	}

	end(): Heap {
		this.#strings.finish()
		return new Heap(this.#layout!, this.#columns!, this.#strings, this.#locations.toArray())
	}
}
