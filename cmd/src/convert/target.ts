import { createWriteStream, statSync } from 'node:fs'
import type { Writable } from 'node:stream'

/** A file, or the standard output, which its reader may close. */
export class OutputTarget {
	/** Whether nothing more can be written. */
	closed = false
	readonly #stream: Writable
	#error: Error | null = null

	/** @param path null for the standard output */
	constructor(path: string | null) {
		this.#stream = path === null ? process.stdout : createWriteStream(path)
		this.#stream.on('error', (error: NodeJS.ErrnoException) => {
			this.closed = true
			if (error.code !== 'EPIPE') this.#error = error
		})
	}

	get isTerminal(): boolean {
		return this.#stream === process.stdout && process.stdout.isTTY === true
	}

	/** @throws the error of the file, such as a full disk */
	async write(chunk: string | Uint8Array): Promise<void> {
		if (this.#error !== null) throw this.#error
		if (this.closed || chunk.length === 0) return
		await new Promise<void>(resolve => this.#stream.write(chunk, () => resolve()))
	}

	/** @throws as {@link OutputTarget.write} */
	async end(): Promise<void> {
		if (this.#stream !== process.stdout && !this.closed)
			await new Promise<void>(resolve => this.#stream.end(() => resolve()))
		if (this.#error !== null) throw this.#error
	}
}

/** Whether two paths are the same file. */
export function isSame(a: string, b: string): boolean {
	const [x, y] = [a, b].map(path => statSync(path, { throwIfNoEntry: false }))
	return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev
}
