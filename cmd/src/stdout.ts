import type { Writable } from 'node:stream'

/** How much is put together before it is written: a call for each line would cost more than the line. */
const enough = 64 * 1024

/** Text for a stream, as fast as it is taken and no faster. */
export class Output {
	readonly #stream: Writable
	#text = ''
	#closed = false

	constructor(stream: Writable = process.stdout) {
		this.#stream = stream
		// Who reads has seen enough, as `head` does: that is no error of ours.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') throw error
			this.#closed = true
		})
	}

	/** Whether nobody takes it any more. */
	get closed(): boolean {
		return this.#closed
	}

	/** @returns whether to wait for {@link Output.flush} now */
	write(text: string): boolean {
		this.#text += text
		return this.#text.length >= enough
	}

	async flush(): Promise<void> {
		const text = this.#text
		this.#text = ''
		if (text === '' || this.#closed) return
		await new Promise<void>(resolve => this.#stream.write(text, () => resolve()))
	}
}
