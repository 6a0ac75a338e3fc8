import { ByteBuffer } from './bytes.js'
import { SnapshotError } from './errors.js'
import { type Layout, layoutOf } from './layout.js'

const quote = 34
const comma = 44
const backslash = 92
const zero = 48
const nine = 57
const space = 32

/** The state of the reader. */
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
type ReaderState = (typeof states)[keyof typeof states]

/**
 * Takes what a snapshot consists of, in the order of the file. What it does not have is skipped. Rows come some at once,
 * as `length` numbers, in an array that is used again for the next ones.
 */
export interface SnapshotSink {
	header?(layout: Layout): void
	nodes?(rows: Float64Array, length: number): void
	edges?(rows: Float64Array, length: number): void
	locations?(rows: Float64Array, length: number): void
	/** The table of strings begins. */
	strings?(offset: number): void
	/** A part of the current string, as in the file, with escapes. */
	stringPart?(part: Uint8Array): void
	/** The current string is complete. */
	stringEnd?(): void
}

/** Rows that a sink gets at once. */
const rowsAtOnce = 2048

/** Splits a heap snapshot, which arrives piece by piece, into its rows and strings. */
export class SectionReader {
	readonly #sink: SnapshotSink
	#state: ReaderState = states.start
	#offset = 0
	#key = ''
	readonly #text = new ByteBuffer()
	#depth = 0
	#inString = false
	#escaped = false
	#layout: Layout | null = null
	#nodesRead = 0
	#edgesRead = 0
	#hasStrings = false
	#onlyStrings = false

	/** Of the current section: what takes its rows, their width, and the numbers that are not yet taken. */
	#take: (rows: Float64Array, length: number) => void = () => {}
	#width = 1
	#rows: Float64Array = new Float64Array(0)
	#length = 0
	#value = 0
	#hasDigits = false

	constructor(sink: SnapshotSink) {
		this.#sink = sink
	}

	/** Number of bytes read. */
	get offset(): number {
		return this.#offset
	}

	/** Read the table of strings only, which begins after its `[` at an offset. */
	beginAtStrings(offset: number): void {
		this.#onlyStrings = true
		this.#offset = offset
		this.#key = 'strings'
		this.#state = states.strings
	}

	/** @throws {SnapshotError} if it is not a heap snapshot */
	write(chunk: Uint8Array): void {
		let at = 0
		while (at < chunk.length) at = this.#step(chunk, at)
		this.#offset += chunk.length
	}

	/** @throws {SnapshotError} if the file has ended too early */
	end(): void {
		this.endOfRows()
		if (!this.#hasStrings) throw this.#cutOff()
		this.endOfStrings()
	}

	/** @throws {SnapshotError} if there are fewer nodes or edges so far than the header says */
	endOfRows(): void {
		if (this.#state === states.start || this.#layout === null)
			throw new SnapshotError('not a heap snapshot: it has no header', this.#offset)
		const { nodeCount, edgeCount } = this.#layout
		if (this.#nodesRead !== nodeCount || this.#edgesRead !== edgeCount) throw this.#cutOff()
	}

	/** @throws {SnapshotError} if the file has ended within a section */
	endOfStrings(): void {
		if (this.#state !== states.done) throw this.#cutOff()
	}

	#cutOff(): SnapshotError {
		return new SnapshotError(
			`the heap snapshot ends within '${this.#key}': it was not written completely`,
			this.#offset,
		)
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
				else if (byte === 0x5d) this.#state = this.#onlyStrings ? states.done : states.members
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
		if (this.#key === 'strings') {
			this.#hasStrings = true
			this.#sink.strings?.(this.#offset + at + 1)
			this.#state = states.strings
		} else if (!this.#beginRows(this.#layout)) {
			this.#depth = byte === 0x5b || byte === 0x7b ? 1 : 0
			this.#inString = byte === quote
			this.#escaped = false
			this.#state = states.skip
		}
	}

	/** @returns whether the current member consists of rows that are read */
	#beginRows({ nodeFields, edgeFields, locationFields, nodeCount, edgeCount }: Layout): boolean {
		const sink = this.#sink
		if (this.#key === 'nodes') {
			this.#width = nodeFields
			this.#take = (rows, length) => {
				this.#nodesRead += length / nodeFields
				if (this.#nodesRead > nodeCount) throw this.#tooMany('nodes')
				sink.nodes?.(rows, length)
			}
		} else if (this.#key === 'edges') {
			this.#width = edgeFields
			this.#take = (rows, length) => {
				this.#edgesRead += length / edgeFields
				if (this.#edgesRead > edgeCount) throw this.#tooMany('edges')
				sink.edges?.(rows, length)
			}
		} else if (this.#key === 'locations' && locationFields >= 4 && sink.locations !== undefined) {
			this.#width = locationFields
			this.#take = (rows, length) => sink.locations!(rows, length)
		} else return false
		this.#rows = new Float64Array(this.#width * rowsAtOnce)
		this.#length = 0
		this.#value = 0
		this.#hasDigits = false
		this.#state = states.integers
		return true
	}

	#tooMany(what: string): SnapshotError {
		return new SnapshotError(`the heap snapshot has more ${what} than its header says`, this.#offset)
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
				this.#sink.header?.(this.#layout)
				this.#state = states.members
				return at + 1
			}
		}
		return at
	}

	/** The loop that reads nearly all of a file. */
	#integers(chunk: Uint8Array, from: number): number {
		const rows = this.#rows
		let length = this.#length
		let value = this.#value
		let hasDigits = this.#hasDigits
		for (let at = from; at < chunk.length; at++) {
			const byte = chunk[at]!
			if (byte >= zero && byte <= nine) {
				value = value * 10 + byte - zero
				hasDigits = true
			} else if (byte === comma || byte === 0x5d) {
				if (hasDigits) {
					rows[length++] = value
					if (length === rows.length) {
						this.#take(rows, length)
						length = 0
					}
				}
				value = 0
				hasDigits = false
				if (byte === comma) continue
				if (length % this.#width !== 0) throw new SnapshotError(`'${this.#key}' ends within a row`, this.#offset + at)
				if (length > 0) this.#take(rows, length)
				this.#state = states.members
				return at + 1
			} else if (byte > space && byte !== 45)
				throw new SnapshotError(`'${this.#key}' has what is not a number`, this.#offset + at)
		}
		this.#length = length
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
				if (at > from) this.#sink.stringPart?.(chunk.subarray(from, at))
				this.#sink.stringEnd?.()
				this.#state = states.strings
				return at + 1
			}
		}
		this.#sink.stringPart?.(chunk.subarray(from))
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
}
