import { Decoder } from './decode.js'
import type { TraceItem } from './items.js'
import { Packets } from './packets.js'
import { type ByteSource, openSource, type TraceInput } from './source.js'

/** How far reading got. */
export interface TraceProgress {
	/** Bytes of the input that were read, packed as they are. */
	readonly bytes: number
	/** How many there are; null for a pipe or stream. */
	readonly size: number | null
	readonly packets: number
	/** Packets that could not be read. */
	readonly damaged: number
	/** Packets that say nothing without others that are lost. */
	readonly skipped: number
}

/** Items in memory at once, but for what comes from one packet. */
const batch = 4096

/**
 * A trace that is being read, once, from its start to its end.
 *
 * Iterate over it for one item after the other, or over {@link TraceReader.batches}, which is several times faster.
 */
export class TraceReader implements AsyncIterable<TraceItem> {
	readonly #input: TraceInput
	readonly #decoder = new Decoder()
	#source: ByteSource | null = null
	#packets = 0
	#used = false

	constructor(input: TraceInput) {
		this.#input = input
	}

	/** Nanoseconds since 1970 at time 0 of the items. Null before the first event, and where the trace does not tell. */
	get wallStart(): bigint | null {
		return this.#decoder.clocks.wallStart
	}

	get progress(): TraceProgress {
		const { damaged, skipped } = this.#decoder
		return { bytes: this.#source?.offset ?? 0, size: this.#source?.size ?? null, packets: this.#packets, damaged, skipped }
	}

	/**
	 * The items in the order of the file, some thousands at a time. Those of one thread are in order of time; those of several threads
	 * interleave in pieces.
	 *
	 * @throws {@link TraceReadError} after the last item that could be read, if that was not the end; errors of the system as they are
	 */
	async *batches(): AsyncGenerator<readonly TraceItem[], void, undefined> {
		if (this.#used) throw new Error('A trace can be read only once: call readTrace again')
		this.#used = true
		const source = await openSource(this.#input)
		this.#source = source
		try {
			const packets = new Packets(source)
			let items: TraceItem[] = []
			try {
				while (await packets.more()) {
					while (packets.next()) {
						this.#decode(packets, items)
						if (items.length < batch) continue
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
			this.#decoder.finish(items)
			if (items.length > 0) yield items
		} finally {
			await source.close()
		}
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<TraceItem, void, undefined> {
		for await (const items of this.batches()) yield* items
	}

	#decode(packets: Packets, items: TraceItem[]): void {
		this.#packets++
		const whole = this.#decoder.packet(packets.buffer, packets.start, packets.end, packets.offset, items)
		if (whole || this.#packets > 1) return
		items.length = 0
		throw packets.foreign()
	}
}

/**
 * Read a trace: a recording of `record`, or any file with Perfetto's track events.
 *
 * @param input path, bytes, or a stream of them. Compressed by gzip or not; several segments one behind the other are one trace
 * @example
 * import { readTrace } from '@tsgotrace/record/read'
 * const trace = readTrace(process.argv[2] ?? new Uint8Array())
 * for await (const item of trace) if (item.type === 'instant') console.log(item.time, item.id, item.args)
 */
export function readTrace(input: TraceInput): TraceReader {
	return new TraceReader(input)
}
