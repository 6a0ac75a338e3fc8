import type { Decoder } from './decode.js'
import { Decrypted, decrypted } from './decrypt.js'
import { TraceReadError } from './error.js'
import type { TraceItem } from './items.js'
import { type Look, lookAt } from './look.js'
import { Packets, pieceOf } from './packets.js'
import { openSource, type TraceInput } from './source.js'
import type { Range } from './survey.js'
import { Wire } from './wire.js'

/** How much one of several that are read at once has in memory. The first ones have more, as there are rarely many. */
export interface LaneSize {
	readonly items: number
	readonly bytes: number
}

/** The part of an input that belongs to one thread. */
export interface LanePart {
	readonly sequence: number
	readonly ranges: readonly Range[]
	/** All sequences of the input. */
	readonly sequences: ReadonlySet<number>
	/** It can only be read from its start on. */
	readonly packed: boolean
}

/** Reads an input, or the part of it that belongs to one thread, into items. */
export class Lane {
	packets = 0
	/** Whether all of it was read. */
	ended = false
	/** Bytes of its part that were read. Of a whole input: packed as they are. */
	bytes = 0
	readonly decoder: Decoder
	readonly #input: TraceInput
	readonly #key: Uint8Array | undefined
	readonly #part: LanePart | null
	readonly #wire = new Wire()
	readonly #seen: Look = { sequence: -1, snapshot: 0 }
	/** The packet before this one was taken. */
	#taken = true

	/** @param part null for a whole input, as it stands */
	constructor(input: TraceInput, key: Uint8Array | undefined, decoder: Decoder, part: LanePart | null) {
		this.#input = input
		this.#key = key
		this.decoder = decoder
		this.#part = part
	}

	/** @throws {@link TraceReadError} after the last item that could be read, if that was not the end */
	async *batches(size: LaneSize): AsyncGenerator<readonly TraceItem[], void, undefined> {
		const part = this.#part
		if (part === null) yield* this.#whole(size)
		else if (part.packed) yield* this.#within(part, { from: part.ranges[0]!.from, to: part.ranges.at(-1)!.to }, 0, size)
		else for (const range of part.ranges) yield* this.#within(part, range, range.from, size)
		this.ended = true
		const rest: TraceItem[] = []
		this.decoder.finish(rest)
		if (rest.length > 0) yield rest
	}

	async *#whole(size: LaneSize): AsyncGenerator<readonly TraceItem[], void, undefined> {
		const opened = await openSource(this.#input)
		try {
			const source = await decrypted(opened, this.#key)
			const packets = new Packets(source, 0, pieceOf(source.size, size.bytes))
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
				// With a wrong key the rest is noise, and that is not what is wrong with it.
				if (error instanceof TraceReadError && source instanceof Decrypted) await source.verify()
				throw error
			}
		} finally {
			this.bytes = opened.offset
			await opened.close()
		}
	}

	async *#within(
		part: LanePart,
		{ from, to }: Range,
		start: number,
		size: LaneSize,
	): AsyncGenerator<readonly TraceItem[], void, undefined> {
		const opened = await openSource(this.#input, start)
		try {
			const packets = new Packets(part.packed ? await decrypted(opened, this.#key) : opened, start, pieceOf(opened.size, size.bytes))
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
			await opened.close()
		}
	}

	/** Packets that are nobody's are of whom the one before was. */
	#mine({ sequence, sequences }: LanePart, buffer: Buffer, start: number, end: number): boolean {
		lookAt(this.#wire, buffer, start, end, this.#seen)
		if (this.#seen.sequence === sequence) this.#taken = true
		else if (sequences.has(this.#seen.sequence)) this.#taken = false
		return this.#taken
	}
}

/** @param take decodes the current packet; false: it was the last one */
async function* batchesOf(
	packets: Packets,
	take: (items: TraceItem[]) => boolean,
	most: number,
): AsyncGenerator<readonly TraceItem[], void, undefined> {
	let items: TraceItem[] = []
	let goesOn = true
	try {
		while (goesOn && (await packets.more())) {
			while (goesOn && packets.next()) {
				goesOn = take(items)
				if (items.length < most) continue
				yield items
				items = []
			}
			// Not kept back while waiting: the input may be a pipe that somebody writes to now.
			if (items.length === 0) continue
			yield items
			items = []
		}
	} catch (error) {
		// What was read before the place where it is broken.
		if (items.length > 0) yield items
		throw error
	}
}
