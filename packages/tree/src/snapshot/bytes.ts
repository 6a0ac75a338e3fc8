/** A growing array of bytes. */
export class ByteBuffer {
	#bytes: Uint8Array = new Uint8Array(1 << 16)
	#length = 0

	get length(): number {
		return this.#length
	}

	push(byte: number): void {
		if (this.#length === this.#bytes.length) this.#grow(this.#length + 1)
		this.#bytes[this.#length++] = byte
	}

	append(part: Uint8Array): void {
		if (this.#length + part.length > this.#bytes.length) this.#grow(this.#length + part.length)
		this.#bytes.set(part, this.#length)
		this.#length += part.length
	}

	/** Truncate to `length`. */
	truncate(length: number): void {
		this.#length = length
	}

	/** A view, valid until the next change. */
	slice(from: number, to: number = this.#length): Uint8Array {
		return this.#bytes.subarray(from, to)
	}

	#grow(min: number): void {
		const bytes = new Uint8Array(Math.max(min, 2 * this.#bytes.length))
		bytes.set(this.#bytes.subarray(0, this.#length))
		this.#bytes = bytes
	}
}

/** A growing array of unsigned 32-bit integers. */
export class IntBuffer {
	#ints: Uint32Array = new Uint32Array(1 << 12)
	#length = 0

	push(value: number): void {
		if (this.#length === this.#ints.length) {
			const ints = new Uint32Array(2 * this.#length)
			ints.set(this.#ints)
			this.#ints = ints
		}
		this.#ints[this.#length++] = value
	}

	/** Remove the last one. */
	pop(): number | undefined {
		return this.#length === 0 ? undefined : this.#ints[--this.#length]
	}

	/** A copy of all of them. */
	toArray(): Uint32Array {
		return this.#ints.slice(0, this.#length)
	}
}
