/** Chunks from who cannot wait to who takes them one after the other. */
export class Chunks implements AsyncIterable<Uint8Array> {
	readonly #waiting: Uint8Array[] = []
	readonly #most: number
	readonly #overflowed: () => void
	#bytes = 0
	#isOver = false
	#wake: () => void = () => {}

	/** @param overflowed called when more than `most` bytes wait: who takes them is too slow */
	constructor(most: number, overflowed: () => void) {
		this.#most = most
		this.#overflowed = overflowed
	}

	push(chunk: Uint8Array): void {
		if (this.#isOver) return
		this.#waiting.push(chunk)
		this.#bytes += chunk.length
		this.#wake()
		if (this.#bytes > this.#most) this.#overflowed()
	}

	/** No more follow on those that wait. */
	end(): void {
		this.#isOver = true
		this.#wake()
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		for (;;) {
			const chunk = this.#waiting.shift()
			if (chunk !== undefined) {
				this.#bytes -= chunk.length
				yield chunk
			} else if (this.#isOver) return
			else await new Promise<void>(resolve => (this.#wake = resolve))
		}
	}
}
