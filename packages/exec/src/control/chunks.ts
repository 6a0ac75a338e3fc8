/** Passes chunks from code that cannot wait to a consumer that takes them one by one. */
export class Chunks implements AsyncIterable<Uint8Array> {
	readonly #waiting: Uint8Array[] = []
	readonly #max: number
	readonly #overflowed: () => void
	#bytes = 0
	#isOver = false
	#wake: () => void = () => {}

	/** @param overflowed called when more than `most` bytes wait, because the consumer is too slow */
	constructor(max: number, overflowed: () => void) {
		this.#max = max
		this.#overflowed = overflowed
	}

	push(chunk: Uint8Array): void {
		if (this.#isOver) return
		this.#waiting.push(chunk)
		this.#bytes += chunk.length
		this.#wake()
		if (this.#bytes > this.#max) this.#overflowed()
	}

	/** No more chunks follow those that wait. */
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
