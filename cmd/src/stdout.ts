import type { Writable } from 'node:stream'

/** How much is buffered before it is written: a call for each line would cost more than the line. */
const enough = 64 * 1024

/** Buffered text for a stream, with back pressure. */
export class Output {
	readonly #stream: Writable
	#buffer: Buffer = Buffer.allocUnsafe(2 * enough)
	#at = 0
	/** Buffers that are full. */
	#full: Buffer[] = []
	#closed = false
	#error: Error | null = null

	constructor(stream: Writable = process.stdout) {
		this.#stream = stream
		// EPIPE: the reader, such as `head`, has closed the pipe. That is not an error of this tool.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			this.#closed = true
			if (error.code !== 'EPIPE') this.#error ??= error
		})
	}

	/** Whether the reader has closed the stream. */
	get closed(): boolean {
		return this.#closed
	}

	/** @returns whether to wait for {@link Output.flush} now */
	write(text: string): boolean {
		// Line by line into a buffer: one long concatenated string would keep its pieces alive, and be copied twice.
		if (this.#buffer.length - this.#at < 3 * text.length) this.#renew(3 * text.length)
		this.#at += this.#buffer.write(text, this.#at)
		return this.#at >= enough || this.#full.length > 0
	}

	/** @throws the error of the stream, such as a full disk */
	async flush(): Promise<void> {
		const parts = [...this.#full, this.#buffer.subarray(0, this.#at)]
		this.#full = []
		this.#at = 0
		for (const part of parts) {
			if (part.length === 0 || this.#closed) continue
			// The part is not reused before the stream has taken it.
			await new Promise<void>(resolve => this.#stream.write(part, () => resolve()))
			if (this.#error !== null) throw this.#error
		}
	}

	#renew(min: number): void {
		if (this.#at > 0) this.#full.push(this.#buffer.subarray(0, this.#at))
		this.#buffer = Buffer.allocUnsafe(Math.max(2 * enough, min))
		this.#at = 0
	}
}
