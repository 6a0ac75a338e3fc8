import { TraceReadError } from './error.js'
import type { Host } from './host.js'
import type { TraceItem } from './items.js'
import { merged } from './merge.js'
import { type PlannedInput, planned } from './plan.js'
import { TimeScale } from './scale.js'
import type { TraceInput } from './source.js'

/** Options for reading a trace. */
export interface ReadOptions {
	/**
	 * The 32 bytes of `rotate.key`, for segments that were encrypted with it. Unencrypted segments are read in any case.
	 */
	readonly key?: Uint8Array
}

/** An input that could not be read to its end. */
export interface TraceProblem {
	/** The index of the input, from 0 on. */
	readonly input: number
	readonly error: TraceReadError
	/** How many of its packets were read. */
	readonly packets: number
}

/** The progress of reading. */
export interface TraceProgress {
	/** Bytes of the input that were read; compressed bytes if it is compressed. */
	readonly bytes: number
	/** Size of the input in bytes; null for a pipe or stream. */
	readonly size: number | null
	readonly packets: number
	/** Packets that could not be read. */
	readonly damaged: number
	/** Packets that were skipped because they need other packets that are lost. */
	readonly skipped: number
}

/**
 * A trace, to be read once from its start to its end.
 *
 * Iterate over it to get one item after the other, or over {@link TraceReader.batches}, which is several times faster.
 */
export class TraceReader implements AsyncIterable<TraceItem> {
	/** The inputs that could not be read to their end, so far. */
	readonly problems: readonly TraceProblem[]
	readonly #host: Host
	readonly #inputs: readonly TraceInput[]
	readonly #key: Uint8Array | undefined
	readonly #problems: TraceProblem[] = []
	readonly #scale = new TimeScale()
	#plan: readonly PlannedInput[] = []
	#used = false

	/** Use {@link readTrace}. */
	constructor(host: Host, inputs: readonly TraceInput[], { key }: ReadOptions) {
		this.#host = host
		if (key !== undefined && key.length !== 32)
			throw new RangeError(`readTrace: the key must have 32 bytes, not ${key.length}`)
		this.#inputs = inputs
		this.#key = key
		this.problems = this.#problems
	}

	/**
	 * Nanoseconds since 1970 at time 0 of the items. Null before the first event, and if the trace does not contain it.
	 */
	get wallStart(): bigint | null {
		return this.#scale.wallStart ?? this.#plan[0]?.readers[0]?.reader.decoder.clocks.wallStart ?? null
	}

	/**
	 * Whether some inputs were aligned by the time of day, because they are from different machines or from before and
	 * after a restart. They are then aligned to milliseconds at best.
	 */
	get alignedByDate(): boolean {
		return this.#scale.byDate
	}

	/** Whether an input ended without an error but contained no packet: it is an empty file. */
	isEmpty(input: number): boolean {
		const { readers = [], size = null } = this.#plan[input] ?? {}
		return (
			readers.length > 0 && readers.every(({ reader }) => reader.ended && reader.packets === 0) && (size ?? 0) === 0
		)
	}

	get progress(): TraceProgress {
		const progress = { bytes: 0, size: 0 as number | null, packets: 0, damaged: 0, skipped: 0 }
		for (const input of this.#plan) {
			progress.bytes += input.bytes
			progress.size = progress.size === null || input.size === null ? null : progress.size + input.size
			for (const { reader } of input.readers) {
				progress.packets += reader.packets
				progress.damaged += reader.decoder.damaged
				progress.skipped += reader.decoder.skipped
			}
		}
		return progress
	}

	/**
	 * The items of all inputs and threads sorted by time, some hundreds at a time. Items of a stream, and of a trace
	 * written by another tool, come in the order of the input; records of the recorder itself keep their position in
	 * their recording.
	 *
	 * @throws {@link TraceReadError} after the last item that could be read, if that was not the end. With several
	 * inputs: the first such error, after the last item of all inputs. System errors, such as a missing file, are thrown
	 * as they are
	 */
	async *batches(): AsyncGenerator<readonly TraceItem[], void, undefined> {
		if (this.#used) throw new Error('A trace can be read only once: call readTrace again')
		this.#used = true
		const plan = await planned(this.#host, this.#inputs, this.#key, this.#scale)
		this.#plan = plan
		for (const [input, { problem, packets }] of plan.entries())
			if (problem !== null) this.#problems.push({ input, error: problem, packets })
		const entrants = plan.flatMap(({ readers }, input) =>
			readers.map(({ reader, start, segment }) => {
				const failed = (error: unknown): void => {
					if (!(error instanceof TraceReadError)) throw error
					this.#problems.push({ input, error, packets: reader.packets })
				}
				return { reader, start, segment, failed }
			}),
		)
		// Of inputs that begin at the same time, the segments of a recording keep their order.
		try {
			yield* merged(entrants.sort((a, b) => a.start - b.start || a.segment - b.segment))
		} finally {
			for (const input of plan) await input.close()
		}
		this.#problems.sort((a, b) => a.input - b.input)
		if (this.#problems.length > 0) throw this.#problems[0]!.error
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<TraceItem, void, undefined> {
		for await (const items of this.batches()) yield* items
	}
}

/** @param host what the platform provides */
export function readOn(host: Host, input: TraceInput | readonly TraceInput[], options: ReadOptions = {}): TraceReader {
	const inputs: readonly unknown[] = isList(input) ? input : [input]
	for (const one of inputs)
		if (!isInput(one)) throw new TypeError('readTrace takes a path, bytes, a stream of bytes, or a list of these')
	return new TraceReader(host, inputs as readonly TraceInput[], options)
}

function isInput(input: unknown): boolean {
	if (typeof input === 'string') return true
	if (typeof input !== 'object' || input === null) return false
	return input instanceof URL || Symbol.iterator in input || Symbol.asyncIterator in input
}

function isList(input: TraceInput | readonly TraceInput[]): input is readonly TraceInput[] {
	return Array.isArray(input)
}
