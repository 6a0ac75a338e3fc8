import type { Decoder } from './decode.js'
import { TraceReadError } from './error.js'
import type { Host } from './host.js'
import type { TraceItem } from './items.js'
import { lookAt, type PacketLook } from './look.js'
import { Packets, pieceOf } from './packets.js'
import { type ByteSource, openSource, type TraceInput } from './source.js'
import type { ByteRange } from './survey.js'
import { Wire } from './wire.js'

/**
 * How much one reader of several that are read at the same time buffers. The first readers buffer more, because usually
 * there are few.
 */
export interface BufferSize {
	readonly items: number
	readonly bytes: number
}

/** The part of an input that belongs to one thread. */
export interface StrandPart {
	readonly sequence: number
	readonly ranges: readonly ByteRange[]
	/** All sequences of the input. */
	readonly sequences: ReadonlySet<number>
	/** Opens the decrypted and decompressed input at a position; null: it can only be read from its start on. */
	readonly open: ((from: number) => Promise<ByteSource>) | null
}

/** Reads an input, or the part of it that belongs to one thread, into items. */
export class ThreadReader {
	packets = 0
	/** Whether all of it was read. */
	ended = false
	/** Bytes of its part that were read. For a whole input: compressed bytes. */
	bytes = 0
	readonly decoder: Decoder
	readonly #input: TraceInput
	readonly #key: Uint8Array | undefined
	readonly #part: StrandPart | null
	readonly #wire: Wire
	readonly #host: Host
	readonly #seen: PacketLook = { sequence: -1, snapshot: 0 }
	/** Whether the previous packet was taken. */
	#taken = true

	/** @param part null for a whole input, in its own order */
	constructor(host: Host, input: TraceInput, key: Uint8Array | undefined, decoder: Decoder, part: StrandPart | null) {
		this.#host = host
		this.#wire = new Wire(host.decodeText)
		this.#input = input
		this.#key = key
		this.decoder = decoder
		this.#part = part
	}

	/** @throws {@link TraceReadError} after the last item that could be read, if that was not the end */
	async *batches(size: BufferSize): AsyncGenerator<readonly TraceItem[], void, undefined> {
		const part = this.#part
		if (part === null) yield* this.#whole(size)
		else if (part.open === null) {
			const opened = await openSource(this.#host, this.#input)
			const { source } = await this.#host.decrypted(opened, this.#key)
			yield* this.#within(part, { from: part.ranges[0]!.from, to: part.ranges.at(-1)!.to }, source, 0, size)
		} else
			for (const range of part.ranges) yield* this.#within(part, range, await part.open(range.from), range.from, size)
		this.ended = true
		const rest: TraceItem[] = []
		this.decoder.finish(rest)
		if (rest.length > 0) yield rest
	}

	async *#whole(size: BufferSize): AsyncGenerator<readonly TraceItem[], void, undefined> {
		const opened = await openSource(this.#host, this.#input)
		try {
			const { source, verify } = await this.#host.decrypted(opened, this.#key)
			const packets = new Packets(this.#host, source, 0, pieceOf(source.size, size.bytes))
			const take = (items: TraceItem[]): boolean => {
				this.packets++
				const whole = this.decoder.packet(packets.buffer, packets.start, packets.end, packets.offset, items)
				if (whole || this.packets > 1) return true
				items.length = 0
				throw packets.foreign()
			}
			try {
				for await (const items of batchesOf(packets, take, size.items)) {
					this.bytes = opened.offset
					yield items
				}
			} catch (error) {
				// With a wrong key the rest is noise, so the key is the error to report.
				if (error instanceof TraceReadError) await verify?.()
				throw error
			}
		} finally {
			this.bytes = opened.offset
			await opened.close()
		}
	}

	async *#within(
		part: StrandPart,
		{ from, to }: ByteRange,
		source: ByteSource,
		start: number,
		size: BufferSize,
	): AsyncGenerator<readonly TraceItem[], void, undefined> {
		try {
			const packets = new Packets(this.#host, source, start, pieceOf(source.size, size.bytes))
			const take = (items: TraceItem[]): boolean => {
				const { buffer, offset, after } = packets
				if (offset >= from && this.#mine(part, buffer, packets.start, packets.end)) {
					this.packets++
					this.bytes += after - offset
					this.decoder.packet(buffer, packets.start, packets.end, offset, items)
				}
				return after < to
			}
			yield* batchesOf(packets, take, size.items)
		} finally {
			await source.close()
		}
	}

	/** Packets without a sequence belong to the sequence of the previous packet. */
	#mine({ sequence, sequences }: StrandPart, buffer: Uint8Array, start: number, end: number): boolean {
		lookAt(this.#wire, buffer, start, end, this.#seen)
		if (this.#seen.sequence === sequence) this.#taken = true
		else if (sequences.has(this.#seen.sequence)) this.#taken = false
		return this.#taken
	}
}

/** @param take decodes the current packet; returns false after the last one */
async function* batchesOf(
	packets: Packets,
	take: (items: TraceItem[]) => boolean,
	max: number,
): AsyncGenerator<readonly TraceItem[], void, undefined> {
	let items: TraceItem[] = []
	let goesOn = true
	try {
		while (goesOn && (await packets.more())) {
			while (goesOn && packets.next()) {
				goesOn = take(items)
				if (items.length < max) continue
				yield items
				items = []
			}
			// Returned before waiting for more input, because the input may be a pipe that is still being written to.
			if (items.length === 0) continue
			yield items
			items = []
		}
	} catch (error) {
		// Items that were read before the error.
		if (items.length > 0) yield items
		throw error
	}
}
