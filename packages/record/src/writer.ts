const utf8 = new TextEncoder()

/**
 * Writes protobuf into a buffer of a fixed size. It never grows: who writes what may be long asks for {@link Writer.at} before, and
 * leaves room. Not for the hot path, which has its stores written out (codegen.ts).
 */
export class Writer {
	readonly bytes: Uint8Array
	readonly #view: DataView
	/** Where the next byte goes. */
	at = 0

	constructor(size: number) {
		this.bytes = new Uint8Array(size)
		this.#view = new DataView(this.bytes.buffer)
	}

	/** @throws RangeError if more was written than there is room for */
	written(): Uint8Array {
		if (this.at > this.bytes.length) throw new RangeError('too long for one packet')
		return this.bytes.subarray(0, this.at)
	}

	/** An unsigned integer of at most 53 bits. */
	varint(n: number): void {
		while (n > 0x7fff_ffff) {
			this.bytes[this.at++] = (n % 128) | 128
			n = Math.floor(n / 128)
		}
		while (n > 127) {
			this.bytes[this.at++] = (n & 127) | 128
			n >>>= 7
		}
		this.bytes[this.at++] = n
	}

	/** A safe integer as int64: a negative one has the ten bytes of its two's complement. */
	int64(n: number): void {
		if (n >= 0) this.varint(n)
		else this.uint64(BigInt.asUintN(64, BigInt(n)))
	}

	uint64(n: bigint): void {
		while (n > 127n) {
			this.bytes[this.at++] = Number(n & 127n) | 128
			n >>= 7n
		}
		this.bytes[this.at++] = Number(n)
	}

	fieldVarint(tag: number, n: number): void {
		this.varint(tag)
		this.varint(n)
	}

	fieldInt(tag: number, n: number): void {
		this.varint(tag)
		this.int64(n)
	}

	fieldUint64(tag: number, n: bigint): void {
		this.varint(tag)
		this.uint64(n)
	}

	fieldDouble(tag: number, n: number): void {
		this.varint(tag)
		this.#view.setFloat64(this.at, n, true)
		this.at += 8
	}

	/** The caller sees to it that three bytes for each UTF-16 unit, and some, are free. */
	fieldString(tag: number, text: string): void {
		const start = this.begin(tag)
		if (text.length < 24) this.#short(text)
		else this.at += utf8.encodeInto(text, this.bytes.subarray(this.at)).written
		this.end(start)
	}

	/** Most strings are short and ASCII: a loop is faster than the way to the encoder and back. */
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

	/** Begin a message of a length that is not known yet. */
	begin(tag: number): number {
		this.varint(tag)
		return ++this.at
	}

	/** End the message that {@link begin} began, which returned `start`. A long one is moved to make room for its length. */
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
