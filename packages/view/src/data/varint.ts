/** Writes numbers in as few bytes as possible, 7 bits per byte. */
export class VarintWriter {
	#bytes = new Uint8Array(1 << 16)
	#length = 0

	/** @param value a whole number from 0 to 2^53 - 1 */
	write(value: number): void {
		if (this.#length + 8 > this.#bytes.length) {
			const larger = new Uint8Array(this.#bytes.length * 2)
			larger.set(this.#bytes)
			this.#bytes = larger
		}
		let rest = value
		while (rest > 0x7f) {
			this.#bytes[this.#length++] = (rest % 0x80) | 0x80
			rest = Math.floor(rest / 0x80)
		}
		this.#bytes[this.#length++] = rest
	}

	/** A number that may be negative. */
	writeSigned(value: number): void {
		this.write(value < 0 ? -value * 2 - 1 : value * 2)
	}

	done(): Uint8Array {
		return this.#bytes.slice(0, this.#length)
	}
}

/** Reads what {@link VarintWriter} wrote. */
export class VarintReader {
	readonly #bytes: Uint8Array
	#at = 0

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes
	}

	read(): number {
		const bytes = this.#bytes
		let byte = bytes[this.#at++]!
		if (byte < 0x80) return byte
		let value = byte & 0x7f
		let scale = 0x80
		do {
			byte = bytes[this.#at++]!
			value += (byte & 0x7f) * scale
			scale *= 0x80
		} while (byte >= 0x80)
		return value
	}

	readSigned(): number {
		const value = this.read()
		return value % 2 === 0 ? value / 2 : -(value + 1) / 2
	}
}
