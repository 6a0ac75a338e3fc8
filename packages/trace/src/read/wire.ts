import type { DecodeText } from './bytes.js'

/**
 * A message that violates the protobuf format. It never leaves the reader: it becomes a damaged packet, or a
 * {@link TraceReadError}.
 */
export class WireError extends Error {}

/** How a field is encoded: the low three bits of its tag. */
const wireVarint = 0
const wireFixed64 = 1
const wireBytes = 2
const wireFixed32 = 5

const two32 = 4294967296

/**
 * Reads protobuf from a part of a buffer. One object for a whole file, moved from message to message: a trace has
 * millions of messages, and an object for each would cost more than decoding it.
 *
 * Reading beyond `end` is detected at the end of each message by {@link Wire.finish}, and by callers that use a length;
 * not at each varint.
 */
export class Wire {
	buffer: Uint8Array = new Uint8Array(0)
	pos = 0
	end = 0
	readonly #decodeText: DecodeText
	/** A view of the buffer, for 8-byte numbers. */
	#view = new DataView(this.buffer.buffer)
	#viewed = this.buffer
	/** The last varint, in two halves, because a number cannot hold 64 bits. */
	#low = 0
	#high = 0

	constructor(decodeText: DecodeText) {
		this.#decodeText = decodeText
	}

	set(buffer: Uint8Array, pos: number, end: number): void {
		this.buffer = buffer
		this.pos = pos
		this.end = end
	}

	/** A varint of at most 53 bits, such as tags, lengths and most ids; larger ones lose precision. */
	number(): number {
		const byte = this.buffer[this.pos]!
		if (byte < 128) {
			this.pos++
			return byte
		}
		const next = this.buffer[this.pos + 1]!
		if (next < 128) {
			this.pos += 2
			return (byte & 127) | (next << 7)
		}
		this.#varint()
		return this.#high * two32 + this.#low
	}

	/** An unsigned 64-bit varint: a number if that is exact. */
	unsigned(): number | bigint {
		this.#varint()
		return this.#high < 0x200000 ? this.#high * two32 + this.#low : (BigInt(this.#high) << 32n) | BigInt(this.#low)
	}

	/** A signed 64-bit varint (`int64`, not zigzag): a number if that is exact. */
	signed(): number | bigint {
		this.#varint()
		const high = this.#high | 0
		if (high >= -0x200000 && high < 0x200000) {
			const value = high * two32 + this.#low
			if (Number.isSafeInteger(value)) return value
		}
		return (BigInt(high) << 32n) | BigInt(this.#low)
	}

	/** An unsigned 64-bit varint of any size. */
	big(): bigint {
		this.#varint()
		return (BigInt(this.#high) << 32n) | BigInt(this.#low)
	}

	#varint(): void {
		const { buffer } = this
		let { pos } = this
		let low = 0
		let high = 0
		for (let shift = 0; ; shift += 7) {
			const byte = buffer[pos++]
			if (byte === undefined || shift > 63) throw new WireError('a number has no end')
			const bits = byte & 127
			if (shift < 28) low |= bits << shift
			else if (shift === 28) {
				low |= bits << 28
				high = bits >>> 4
			} else high |= bits << (shift - 32)
			if (byte < 128) break
		}
		this.pos = pos
		this.#low = low >>> 0
		this.#high = high >>> 0
	}

	double(): number {
		const { pos } = this
		this.pos += 8
		if (this.pos > this.end) throw new WireError('a number is cut')
		return this.#data().getFloat64(pos, true)
	}

	fixed64(): bigint {
		const { pos } = this
		this.pos += 8
		if (this.pos > this.end) throw new WireError('a number is cut')
		return this.#data().getBigUint64(pos, true)
	}

	#data(): DataView {
		const { buffer } = this
		if (buffer !== this.#viewed) {
			this.#viewed = buffer
			this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
		}
		return this.#view
	}

	/** The end of a message, string or bytes whose length starts here. */
	limit(): number {
		const length = this.number()
		const end = this.pos + length
		if (!(end <= this.end)) throw new WireError('a field is longer than the message that contains it')
		return end
	}

	/** Text. Invalid UTF-8 becomes U+FFFD. */
	text(): string {
		const end = this.limit()
		const start = this.pos
		this.pos = end
		return this.#decodeText(this.buffer, start, end)
	}

	/** Skip a field whose tag has been read. */
	skip(tag: number): void {
		switch (tag & 7) {
			case wireVarint:
				this.#varint()
				break
			case wireFixed64:
				this.pos += 8
				break
			case wireBytes:
				this.pos = this.limit()
				break
			case wireFixed32:
				this.pos += 4
				break
			default:
				throw new WireError(`a field has the unsupported wire type ${tag & 7}`)
		}
	}

	/** @throws WireError if a message ran over its end */
	finish(end: number): void {
		if (this.pos !== end) throw new WireError('a message does not end where its length says')
	}
}
