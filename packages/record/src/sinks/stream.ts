import type { ChunkTarget } from './linear.js'

/** Passes chunks of whole packets to a function. Each is a new copy. */
export class FunctionTarget implements ChunkTarget {
	readonly full = false
	readonly position = 0
	readonly #take: (chunk: Uint8Array) => void

	constructor(take: (chunk: Uint8Array) => void) {
		this.#take = take
	}

	write(chunk: Uint8Array): boolean {
		this.#take(chunk.slice())
		return true
	}

	rotate(): void {}

	tick(): boolean {
		return false
	}

	close(): void {}
}
