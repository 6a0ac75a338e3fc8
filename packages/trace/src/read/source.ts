import type { Host } from './host.js'

/** Bytes in order, with a pull interface: the consumer sets the pace, so nothing queues up. */
export interface ByteSource {
	/** The size in bytes, if known. */
	readonly size: number | null
	/** How many bytes of the input have been read. */
	readonly offset: number
	/** Fill `into` from `at` on, with at least one byte and at most `length`. 0 means the end of the input. */
	read(into: Uint8Array, at: number, length: number): Promise<number>
	close(): Promise<void>
}

/** An input: a path, bytes in memory, or a stream of bytes. */
export type TraceInput = string | URL | Uint8Array | AsyncIterable<Uint8Array>

/** @param from the byte to start at, for an input that can be read twice */
export async function openSource(host: Host, input: TraceInput, from: number = 0): Promise<ByteSource> {
	if (typeof input === 'string' || input instanceof URL) return host.open(input, from)
	if (input instanceof Uint8Array) return new ChunkSource([input.subarray(from)], input.length)
	return new ChunkSource(input, null)
}

/** The size of an input in bytes. Null: it can be read only once. */
export async function sizeOf(host: Host, input: TraceInput): Promise<number | null> {
	if (input instanceof Uint8Array) return input.length
	return typeof input === 'string' || input instanceof URL ? host.sizeOf(input) : null
}

class ChunkSource implements ByteSource {
	offset = 0
	readonly size: number | null
	readonly #chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array>
	#chunk: Uint8Array = new Uint8Array(0)

	constructor(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, size: number | null) {
		this.size = size
		this.#chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
	}

	async read(into: Uint8Array, at: number, length: number): Promise<number> {
		while (this.#chunk.length === 0) {
			const next = await this.#chunks.next()
			if (next.done === true) return 0
			this.#chunk = next.value
		}
		const part = this.#chunk.subarray(0, length)
		into.set(part, at)
		this.#chunk = this.#chunk.subarray(part.length)
		this.offset += part.length
		return part.length
	}

	async close(): Promise<void> {
		await this.#chunks.return?.()
	}
}
