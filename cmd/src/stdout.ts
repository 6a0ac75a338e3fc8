import type { Writable } from 'node:stream'

/** How much is put together before it is written: a call for each line would cost more than the line. */
const enough = 64 * 1024

/** Text for a stream, as fast as it is taken and no faster. */
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
		// Who reads has seen enough, as `head` does: that is no error of ours.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			this.#closed = true
			if (error.code !== 'EPIPE') this.#error ??= error
		})
	}

	/** Whether nobody takes it any more. */
	get closed(): boolean {
		return this.#closed
	}

	/** @returns whether to wait for {@link Output.flush} now */
	write(text: string): boolean {
		// Line by line into a buffer: one long string of all of them would keep their pieces alive, and be copied twice.
		if (this.#buffer.length - this.#at < 3 * text.length) this.#renew(3 * text.length)
		this.#at += this.#buffer.write(text, this.#at)
		return this.#at >= enough || this.#full.length > 0
	}

	/** @throws what is wrong with the stream, such as a full disk */
	async flush(): Promise<void> {
		const parts = [...this.#full, this.#buffer.subarray(0, this.#at)]
		this.#full = []
		this.#at = 0
		for (const part of parts) {
			if (part.length === 0 || this.#closed) continue
			// It is not written to again before it is taken.
			await new Promise<void>(resolve => this.#stream.write(part, () => resolve()))
			if (this.#error !== null) throw this.#error
		}
	}

	#renew(least: number): void {
		if (this.#at > 0) this.#full.push(this.#buffer.subarray(0, this.#at))
		this.#buffer = Buffer.allocUnsafe(Math.max(2 * enough, least))
		this.#at = 0
	}
}
