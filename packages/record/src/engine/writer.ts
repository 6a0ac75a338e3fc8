import { putInt64, putUint64, putVarint } from './varint.js'

const utf8 = new TextEncoder()

/** Bytes up to which it is faster to copy words one by one. */
const maxCopiedByWords = 192

/**
 * Writes protobuf into a buffer of a fixed size. It never grows: a caller that writes something long checks
 * {@link Writer.at} first, and leaves room. Not for the hot path, whose stores are generated (codegen.ts).
 */
export class Writer {
	readonly bytes: Uint8Array
	readonly view: DataView
	/** Where the next byte goes. */
	at = 0

	constructor(size: number) {
		// Some bytes more than are used, because some callers read whole words.
		this.bytes = new Uint8Array(new ArrayBuffer(size + 3), 0, size)
		this.view = new DataView(this.bytes.buffer)
	}

	/** @throws RangeError if more was written than there is room for */
	written(): Uint8Array {
		if (this.at > this.bytes.length) throw new RangeError('too long for one packet')
		return this.bytes.subarray(0, this.at)
	}

	/**
	 * Copy what was written into another buffer, without the view that `set` would need, which costs more than copying a
	 * few words. Up to three bytes after it may be overwritten.
	 */
	copyTo(bytes: Uint8Array, view: DataView, at: number): void {
		const length = this.at
		if (length > maxCopiedByWords) bytes.set(this.written(), at)
		else for (let i = 0; i < length; i += 4) view.setUint32(at + i, this.view.getUint32(i, true), true)
	}

	/** An unsigned integer of at most 53 bits. */
	varint(n: number): void {
		this.at = putVarint(this.bytes, this.at, n)
	}

	fieldVarint(tag: number, n: number): void {
		this.varint(tag)
		this.varint(n)
	}

	fieldInt(tag: number, n: number): void {
		this.varint(tag)
		this.at = putInt64(this.bytes, this.at, n)
	}

	fieldUint64(tag: number, n: bigint): void {
		this.varint(tag)
		this.at = putUint64(this.bytes, this.at, n)
	}

	fieldFixed64(tag: number, low: number, high: number): void {
		this.varint(tag)
		this.view.setUint32(this.at, low, true)
		this.view.setUint32(this.at + 4, high, true)
		this.at += 8
	}

	fieldDouble(tag: number, n: number): void {
		this.varint(tag)
		this.view.setFloat64(this.at, n, true)
		this.at += 8
	}

	/** The caller must leave three bytes free for each UTF-16 unit, and a few more. */
	fieldString(tag: number, text: string): void {
		const start = this.begin(tag)
		if (text.length < 24) this.#short(text)
		else this.at += utf8.encodeInto(text, this.bytes.subarray(this.at)).written
		this.end(start)
	}

	/** Most strings are short and ASCII: a loop is faster than a call of the encoder. */
	#short(text: string): void {
		const start = this.at
		for (let i = 0; i < text.length; i++) {
			const unit = text.charCodeAt(i)
			if (unit > 127) {
				this.at = start + utf8.encodeInto(text, this.bytes.subarray(start)).written
				return
			}
			this.bytes[this.at++] = unit
		}
	}

	fieldBytes(tag: number, bytes: Uint8Array): void {
		this.varint(tag)
		this.varint(bytes.length)
		this.bytes.set(bytes, this.at)
		this.at += bytes.length
	}

	/** Begin a message whose length is not known yet. */
	begin(tag: number): number {
		this.varint(tag)
		return ++this.at
	}

	/** End the message that {@link begin} began at `start`. A long one is moved to make room for its length. */
	end(start: number): void {
		const length = this.at - start
		if (length < 128) {
			this.bytes[start - 1] = length
			return
		}
		const size = length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4
		this.bytes.copyWithin(start + size - 1, start, this.at)
		this.at = start - 1
		this.varint(length)
		this.at += length
	}
}
