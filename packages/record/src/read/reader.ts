import { Decoder } from './decode.js'
import { Decrypted, decrypted } from './decrypt.js'
import { TraceReadError } from './error.js'
import type { TraceItem } from './items.js'
import { Packets } from './packets.js'
import { type ByteSource, openSource, sizeOf, type TraceInput } from './source.js'

/** How a trace is read. */
export interface ReadOptions {
	/** The 32 bytes of `rotate.key`, for segments that were encrypted with it. Others are read as they are. */
	readonly key?: Uint8Array
}

/** An input that could not be read to its end. */
export interface TraceProblem {
	/** Which one it was, from 0 on. */
	readonly input: number
	readonly error: TraceReadError
	/** How many packets of it were read. */
	readonly packets: number
}

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
	/** The inputs that could not be read to their ends, so far. */
	readonly problems: readonly TraceProblem[]
	readonly #inputs: readonly TraceInput[]
	readonly #key: Uint8Array | undefined
	readonly #decoder = new Decoder()
	readonly #problems: TraceProblem[] = []
	#source: ByteSource | null = null
	#size: number | null = null
	/** Of the inputs before the present one. */
	#before = 0
	#packets = 0
	/** Packets before those of the present input. */
	#first = 0
	#used = false

	/** Use {@link readTrace}. */
	constructor(inputs: readonly TraceInput[], { key }: ReadOptions) {
		if (key !== undefined && key.length !== 32) throw new RangeError(`readTrace: the key must have 32 bytes, not ${key.length}`)
		this.#inputs = inputs
		this.#key = key
		this.problems = this.#problems
	}

	/** Nanoseconds since 1970 at time 0 of the items. Null before the first event, and where the trace does not tell. */
	get wallStart(): bigint | null {
		return this.#decoder.clocks.wallStart
	}

	get progress(): TraceProgress {
		const { damaged, skipped } = this.#decoder
		return { bytes: this.#before + (this.#source?.offset ?? 0), size: this.#size, packets: this.#packets, damaged, skipped }
	}

	/**
	 * The items in the order of the file, some thousands at a time. Those of one thread are in order of time; those of several threads
	 * interleave in pieces.
	 *
	 * @throws {@link TraceReadError} after the last item that could be read, if that was not the end; of several inputs the first such
	 * error, after the last item of all. Errors of the system as they are
	 */
	async *batches(): AsyncGenerator<readonly TraceItem[], void, undefined> {
		if (this.#used) throw new Error('A trace can be read only once: call readTrace again')
		this.#used = true
		const sizes = await Promise.all(this.#inputs.map(sizeOf))
		this.#size = sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0)
		for (const [i, input] of this.#inputs.entries()) {
			this.#first = this.#packets
			try {
				yield* this.#input(input, sizes[i]!)
			} catch (error) {
				if (!(error instanceof TraceReadError)) throw error
				this.#problems.push({ input: i, error, packets: this.#packets - this.#first })
			}
		}
		const rest: TraceItem[] = []
		this.#decoder.finish(rest)
		if (rest.length > 0) yield rest
		if (this.#problems.length > 0) throw this.#problems[0]!.error
	}

	async *#input(input: TraceInput, size: number | null): AsyncGenerator<readonly TraceItem[], void, undefined> {
		// What can be read twice is proved to be what was recorded, before anything of it is handed out.
		if (size !== null) await this.#proved(input)
		const opened = await openSource(input)
		this.#source = opened
		try {
			const source = await decrypted(opened, this.#key)
			try {
				yield* this.#packetsOf(source)
			} catch (error) {
				// With a wrong key the rest is noise, and that is not what is wrong with it.
				if (error instanceof TraceReadError && source instanceof Decrypted) await source.verify()
				throw error
			}
		} finally {
			this.#before += opened.offset
			this.#source = null
			await opened.close()
		}
	}

	async #proved(input: TraceInput): Promise<void> {
		const opened = await openSource(input)
		try {
			const source = await decrypted(opened, this.#key)
			if (source instanceof Decrypted) await source.verify()
		} finally {
			await opened.close()
		}
	}

	async *#packetsOf(source: ByteSource): AsyncGenerator<readonly TraceItem[], void, undefined> {
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
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<TraceItem, void, undefined> {
		for await (const items of this.batches()) yield* items
	}

	#decode(packets: Packets, items: TraceItem[]): void {
		this.#packets++
		const whole = this.#decoder.packet(packets.buffer, packets.start, packets.end, packets.offset, items)
		if (whole || this.#packets - this.#first > 1) return
		items.length = 0
		throw packets.foreign()
	}
}

/**
 * Read a trace: a recording of `record`, or any file with Perfetto's track events.
 *
 * @param input path, bytes, or a stream of them; or several of these, such as the segments of a recording, or the files of several processes
 * of one machine. Compressed by gzip or not; several segments one behind the other are one trace
 * @throws RangeError for a key that has not 32 bytes
 * @example
 * import { readTrace } from '@tsgotrace/record/read'
 * const trace = readTrace(process.argv[2] ?? new Uint8Array())
 * for await (const item of trace) if (item.type === 'instant') console.log(item.time, item.id, item.args)
 */
export function readTrace(input: TraceInput | readonly TraceInput[], options: ReadOptions = {}): TraceReader {
	return new TraceReader(isList(input) ? input : [input], options)
}

function isList(input: TraceInput | readonly TraceInput[]): input is readonly TraceInput[] {
	return Array.isArray(input)
}
