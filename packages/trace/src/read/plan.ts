import { Clocks, type Placement } from './clock.js'
import { Decoder } from './decode.js'
import { TraceReadError } from './error.js'
import type { Host, Spooled } from './host.js'
import { Numbering } from './numbering.js'
import { Packets, pieceOf } from './packets.js'
import { Processes } from './processes.js'
import { steadily, type TimeScale } from './scale.js'
import { type ByteSource, openSource, sizeOf, type TraceInput } from './source.js'
import { type Strand, type Survey, survey } from './survey.js'
import { type StrandPart, ThreadReader } from './threadreader.js'

/** A reader, and its position among the others. */
export interface PlannedReader {
	readonly reader: ThreadReader
	/** Nanoseconds since time 0 at which it begins; -Infinity if unknown. */
	readonly start: number
	readonly segment: number
}

/** How an input will be read. */
export class PlannedInput {
	readonly readers: readonly PlannedReader[]
	/** Size of the input in (compressed) bytes; null: it can be read only once. */
	readonly size: number | null
	/** An error of the input that none of its readers reports. */
	readonly problem: TraceReadError | null
	/** The number of packets before the error. */
	readonly packets: number
	readonly #unpacked: number | null
	readonly #spooled: Spooled | null

	/** @param spooled the copy that its readers read instead */
	constructor(
		readers: readonly PlannedReader[],
		size: number | null,
		found: Survey | TraceReadError | null,
		spooled: Spooled | null = null,
	) {
		this.#spooled = spooled
		this.readers = readers
		this.size = size
		const isSplit = found !== null && !(found instanceof TraceReadError) && readers.length > 1
		this.problem = found instanceof TraceReadError ? found : isSplit ? found.problem : null
		this.packets = isSplit ? found.packets : 0
		this.#unpacked = isSplit ? found.bytes : null
	}

	/** Nothing more is read from it. */
	async close(): Promise<void> {
		await this.#spooled?.close()
	}

	/** How many (compressed) bytes were read. */
	get bytes(): number {
		let sum = 0
		for (const { reader } of this.readers) sum += reader.bytes
		if (this.#unpacked === null || this.size === null) return sum
		return Math.round(this.size * Math.min(1, sum / this.#unpacked))
	}
}

/**
 * Scan the inputs that can be read twice, and put their threads on one time scale.
 *
 * @throws system errors as they are
 */
export async function planned(
	host: Host,
	inputs: readonly TraceInput[],
	key: Uint8Array | undefined,
	scale: TimeScale,
): Promise<PlannedInput[]> {
	const sizes = await Promise.all(inputs.map(async input => sizeOf(host, input)))
	const found: (Survey | TraceReadError | null)[] = []
	for (const [i, input] of inputs.entries())
		found.push(sizes[i] === null ? null : await survey(host, input, key).catch(readError))
	const strands = found.flatMap(one => (one === null || one instanceof TraceReadError ? [] : (one.strands ?? [])))
	const places = placed(strands, scale)
	const processes = new Processes()
	const numbering = new Numbering()
	const whole = (input: TraceInput): PlannedReader => {
		const decoder = new Decoder(new Clocks(scale.place), processes.unknown, numbering, host.decodeText)
		return { reader: new ThreadReader(host, input, key, decoder, null), start: Number.NEGATIVE_INFINITY, segment: 0 }
	}
	const split = (input: TraceInput, open: StrandPart['open'], own: readonly Strand[]): PlannedReader[] => {
		const sequences = new Set(own.map(({ sequence }) => sequence))
		return own.map(strand => {
			const place = places.get(strand)!
			const decoder = new Decoder(new Clocks(() => place), processes.tracksOf(strand), numbering, host.decodeText)
			const part = own.length === 1 ? null : { sequence: strand.sequence, ranges: strand.ranges, sequences, open }
			return {
				reader: new ThreadReader(host, input, key, decoder, part),
				start: Number(place) + strand.lead,
				segment: strand.recording.segment,
			}
		})
	}
	const plan: PlannedInput[] = []
	for (const [i, input] of inputs.entries()) {
		const one = found[i]!
		const own = one === null || one instanceof TraceReadError ? null : one.strands
		if (one instanceof TraceReadError) plan.push(new PlannedInput([], sizes[i]!, one))
		else if (one === null || own === null) plan.push(new PlannedInput([whole(input)], sizes[i]!, one))
		else {
			const spooled = one.packed && !one.sealed && own.length > 1 ? await host.spool(unpacked(host, input)) : null
			const direct = one.packed ? null : async (from: number): Promise<ByteSource> => openSource(host, input, from)
			const open = spooled === null ? direct : async (from: number): Promise<ByteSource> => spooled.open(from)
			plan.push(new PlannedInput(split(input, open, own), sizes[i]!, one, spooled))
		}
	}
	return plan
}

/** The packets of a compressed input, up to the last complete one. */
async function* unpacked(host: Host, input: TraceInput): AsyncGenerator<Uint8Array, void, undefined> {
	const source = await openSource(host, input)
	try {
		const packets = new Packets(host, source, 0, pieceOf(source.size))
		while (await packets.more()) {
			while (packets.next()) continue
			yield packets.cut
		}
	} catch (error) {
		// The scan has found the same error, and the readers report it.
		if (!(error instanceof TraceReadError)) throw error
	} finally {
		await source.close()
	}
}

function readError(error: unknown): TraceReadError {
	if (error instanceof TraceReadError) return error
	throw error
}

/** Where each strand begins. The first of all is at time 0. */
function placed(strands: readonly Strand[], scale: TimeScale): Map<Strand, bigint> {
	const places = new Map<Strand, bigint>()
	/** The segments of a recording share its clock, even if the time of day was changed meanwhile. */
	const recordings = new Map<string, Placement>()
	let first: bigint | null = null
	for (const strand of strands) {
		const { pid, thread, began } = strand.recording
		const key = `${strand.sequence} ${pid} ${thread} ${began}`
		const place = recordings.get(key)?.(strand.clocks) ?? scale.place(strand.clocks)
		if (!recordings.has(key)) recordings.set(key, steadily(strand.clocks, place))
		places.set(strand, place)
		if (first === null || place < first) first = place
	}
	if (first === null || first === 0n) return places
	scale.shift(first)
	for (const [strand, place] of places) places.set(strand, place - first)
	return places
}
