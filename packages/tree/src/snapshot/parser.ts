import { ByteBuffer, IntBuffer } from './bytes.js'
import { SnapshotError } from './errors.js'
import { Heap, type NodeColumns } from './heap.js'
import { type Layout, layoutOf } from './layout.js'
import { SnapshotStrings } from './strings.js'

const quote = 34
const comma = 44
const backslash = 92
const zero = 48
const nine = 57
const space = 32

/** The state of the parser. */
const states = {
	/** Before the `{` of the file. */
	start: 0,
	/** Between the members of the file. */
	members: 1,
	key: 2,
	colon: 3,
	/** The first byte of a value. */
	value: 4,
	header: 5,
	integers: 6,
	/** Between strings. */
	strings: 7,
	string: 8,
	/** A member that is skipped. */
	skip: 9,
	done: 10,
} as const
type ParserState = (typeof states)[keyof typeof states]

/** Takes the integers of a section, one by one. */
type TakeInteger = (value: number) => void

/**
 * Reads a heap snapshot piece by piece. Integers go straight into typed arrays and the string table is kept as bytes,
 * so that a file of any size is read without creating JavaScript objects for its content.
 */
export class SnapshotParser {
	#state: ParserState = states.start
	#offset = 0
	#key = ''
	readonly #text = new ByteBuffer()
	#depth = 0
	#inString = false
	#escaped = false
	#value = 0
	#hasDigits = false
	#taker: TakeInteger = () => {}
	#layout: Layout | null = null
	#columns: NodeColumns | null = null
	#isName: Uint8Array = new Uint8Array(0)
	#strings: SnapshotStrings | null = null
	readonly #locations = new IntBuffer()
	#nodesRead = 0
	#edgesRead = 0

	/** Number of bytes read. */
	get offset(): number {
		return this.#offset
	}

	/** @throws {SnapshotError} if it is not a heap snapshot */
	write(chunk: Uint8Array): void {
		let at = 0
		while (at < chunk.length) at = this.#step(chunk, at)
		this.#offset += chunk.length
	}

	/** @throws {SnapshotError} if it ended too early */
	end(): Heap {
		if (this.#state === states.start || this.#layout === null)
			throw new SnapshotError('not a heap snapshot: it has no header', this.#offset)
		const { nodeCount, edgeCount } = this.#layout
		if (
			this.#state !== states.done ||
			this.#strings === null ||
			this.#nodesRead !== nodeCount ||
			this.#edgesRead !== edgeCount
		)
			throw new SnapshotError(
				`the heap snapshot ends within '${this.#key}': it was not written completely`,
				this.#offset,
			)
		this.#strings.finish()
		return new Heap(this.#layout, this.#columns!, this.#strings, this.#locations.toArray())
	}

	#step(chunk: Uint8Array, at: number): number {
		const byte = chunk[at]!
		switch (this.#state) {
			case states.start:
				if (byte <= space) return at + 1
				if (byte !== 0x7b) throw new SnapshotError("not a heap snapshot: it does not begin with '{'", this.#offset + at)
				this.#state = states.members
				return at + 1
			case states.members:
				if (byte === quote) {
					this.#text.truncate(0)
					this.#state = states.key
				} else if (byte === 0x7d) this.#state = states.done
				return at + 1
			case states.key:
				if (byte === quote) {
					this.#key = new TextDecoder().decode(this.#text.slice(0))
					this.#state = states.colon
				} else this.#text.push(byte)
				return at + 1
			case states.colon:
				if (byte === 58) this.#state = states.value
				return at + 1
			case states.value:
				if (byte <= space) return at + 1
				this.#begin(byte, at)
				return at + 1
			case states.header:
				return this.#header(chunk, at)
			case states.integers:
				return this.#integers(chunk, at)
			case states.strings:
				if (byte === quote) this.#state = states.string
				else if (byte === 0x5d) this.#state = states.members
				return at + 1
			case states.string:
				return this.#string(chunk, at)
			case states.skip:
				return this.#skip(chunk, at)
			case states.done:
				return chunk.length
		}
	}

	/** The first byte of the value of a member. */
	#begin(byte: number, at: number): void {
		if (this.#key === 'snapshot') {
			if (byte !== 0x7b) throw new SnapshotError("not a heap snapshot: 'snapshot' is not an object", this.#offset + at)
			this.#text.truncate(0)
			this.#text.push(byte)
			this.#depth = 1
			this.#inString = false
			this.#state = states.header
			return
		}
		if (this.#layout === null)
			throw new SnapshotError(`not a heap snapshot: it begins with '${this.#key.slice(0, 40)}'`, this.#offset + at)
		const taker = this.#takerOf(this.#key, this.#layout)
		if (this.#key === 'strings') {
			this.#strings = new SnapshotStrings(this.#isName)
			this.#state = states.strings
		} else if (taker !== null) {
			this.#taker = taker
			this.#value = 0
			this.#hasDigits = false
			this.#state = states.integers
		} else {
			this.#depth = byte === 0x5b || byte === 0x7b ? 1 : 0
			this.#inString = byte === quote
			this.#escaped = false
			this.#state = states.skip
		}
	}

	#header(chunk: Uint8Array, from: number): number {
		let at = from
		for (; at < chunk.length; at++) {
			const byte = chunk[at]!
			this.#text.push(byte)
			if (byte === quote) this.#inString = !this.#inString
			else if (this.#inString) continue
			else if (byte === 0x7b) this.#depth++
			else if (byte === 0x7d && --this.#depth === 0) {
				this.#layout = layoutOf(new TextDecoder().decode(this.#text.slice(0)), this.#offset)
				this.#allocate(this.#layout)
				this.#state = states.members
				return at + 1
			}
		}
		return at
	}

	#allocate({ nodeCount, edgeCount }: Layout): void {
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

	/** The loop that reads nearly all of a file. */
	#integers(chunk: Uint8Array, from: number): number {
		const taker = this.#taker
		let value = this.#value
		let hasDigits = this.#hasDigits
		for (let at = from; at < chunk.length; at++) {
			const byte = chunk[at]!
			if (byte >= zero && byte <= nine) {
				value = value * 10 + byte - zero
				hasDigits = true
			} else if (byte === comma || byte === 0x5d) {
				if (hasDigits) taker(value)
				value = 0
				hasDigits = false
				if (byte === comma) continue
				this.#state = states.members
				return at + 1
			} else if (byte > space && byte !== 45)
				throw new SnapshotError(`'${this.#key}' has what is not a number`, this.#offset + at)
		}
		this.#value = value
		this.#hasDigits = hasDigits
		return chunk.length
	}

	#string(chunk: Uint8Array, from: number): number {
		for (let at = from; at < chunk.length; at++) {
			const byte = chunk[at]!
			if (this.#escaped) this.#escaped = false
			else if (byte === backslash) this.#escaped = true
			else if (byte === quote) {
				this.#strings!.append(chunk.subarray(from, at))
				this.#strings!.end()
				this.#state = states.strings
				return at + 1
			}
		}
		this.#strings!.append(chunk.subarray(from))
		return chunk.length
	}

	#skip(chunk: Uint8Array, from: number): number {
		for (let at = from; at < chunk.length; at++) {
			const byte = chunk[at]!
			if (this.#inString) {
				if (this.#escaped) this.#escaped = false
				else if (byte === backslash) this.#escaped = true
				else if (byte === quote) this.#inString = false
				continue
			}
			if (byte === quote) this.#inString = true
			else if (byte === 0x5b || byte === 0x7b) this.#depth++
			else if (byte === 0x5d || byte === 0x7d) this.#depth--
			if (this.#depth < 0 || (this.#depth === 0 && (byte === comma || byte === 0x5d || byte === 0x7d))) {
				this.#state = this.#depth < 0 ? states.done : states.members
				return at + 1
			}
		}
		return chunk.length
	}

	#takerOf(key: string, layout: Layout): TakeInteger | null {
		if (key === 'nodes') return this.#nodes(layout)
		if (key === 'edges') return this.#edges(layout)
		if (key === 'locations' && layout.locationFields >= 4) return this.#rows(layout)
		return null
	}

	#nodes(layout: Layout): TakeInteger {
		const { nodeFields, typeAt, nameAt, idAt, edgeCountAt, nodeCount } = layout
		const { types, names, ids, firstEdge } = this.#columns!
		const contents = layout.nodeTypes.map(type => isContent(type))
		let column = 0
		let node = 0
		let edges = 0
		return value => {
			if (column === typeAt) types[node] = value
			else if (column === nameAt) names[node] = value
			else if (column === idAt) ids[node] = value
			else if (column === edgeCountAt) {
				firstEdge[node] = edges
				edges += value
			}
			if (++column < nodeFields) return
			column = 0
			if (node >= nodeCount)
				throw new SnapshotError('the heap snapshot has more nodes than its header says', this.#offset)
			if (!contents[types[node]!]) this.#name(names[node]!)
			this.#nodesRead = ++node
			if (node === nodeCount) firstEdge[node] = edges
		}
	}

	#edges(layout: Layout): TakeInteger {
		const { edgeFields, edgeTypeAt, edgeNameAt, targetAt, nodeFields, edgeCount } = layout
		const { edgeTypes, edgeNames, targets } = this.#columns!
		const hasIndex = layout.edgeTypes.map(type => type === 'element' || type === 'hidden')
		let column = 0
		let edge = 0
		return value => {
			if (column === edgeTypeAt) edgeTypes[edge] = value
			else if (column === edgeNameAt) edgeNames[edge] = value
			else if (column === targetAt) targets[edge] = value / nodeFields
			if (++column < edgeFields) return
			column = 0
			if (edge >= edgeCount)
				throw new SnapshotError('the heap snapshot has more edges than its header says', this.#offset)
			if (!hasIndex[edgeTypes[edge]!]) this.#name(edgeNames[edge]!)
			this.#edgesRead = ++edge
		}
	}

	/** Rows of node, script, line and column. */
	#rows({ locationFields, nodeFields }: Layout): TakeInteger {
		let column = 0
		return value => {
			if (column < 4) this.#locations.push(column === 0 ? value / nodeFields : value)
			column = (column + 1) % locationFields
		}
	}

	#name(index: number): void {
		const at = index >>> 3
		if (at >= this.#isName.length) {
			const bits = new Uint8Array(Math.max(2 * at, 1 << 12))
			bits.set(this.#isName)
			this.#isName = bits
		}
		this.#isName[at]! |= 1 << (index & 7)
	}
}

/** Whether the name of a node of this type is its value, not a description. */
function isContent(type: string): boolean {
	return type.endsWith('string') || type === 'number' || type === 'bigint'
}
