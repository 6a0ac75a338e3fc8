import { Clocks, type Place } from './clock.js'
import { Decoder } from './decode.js'
import { TraceReadError } from './error.js'
import { Lane } from './lane.js'
import { Numbering } from './numbering.js'
import { Processes } from './processes.js'
import { steadily, type TimeScale } from './scale.js'
import { sizeOf, type TraceInput } from './source.js'
import { type Strand, type Survey, survey } from './survey.js'

/** A lane, and where it stands among the others. */
export interface PlannedLane {
	readonly lane: Lane
	/** Nanoseconds since time 0 at which it begins; -Infinity where nobody knows. */
	readonly start: number
	readonly segment: number
}

/** How an input will be read. */
export class PlannedInput {
	readonly lanes: readonly PlannedLane[]
	/** Bytes of it, packed as they are; null: it can be read only once. */
	readonly size: number | null
	/** What is known to be wrong with it, where that is not for its lane to tell. */
	readonly problem: TraceReadError | null
	/** Packets of it before that place. */
	readonly packets: number
	readonly #unpacked: number | null

	constructor(lanes: readonly PlannedLane[], size: number | null, found: Survey | TraceReadError | null) {
		this.lanes = lanes
		this.size = size
		const isSplit = found !== null && !(found instanceof TraceReadError) && lanes.length > 1
		this.problem = found instanceof TraceReadError ? found : isSplit ? found.problem : null
		this.packets = isSplit ? found.packets : 0
		this.#unpacked = isSplit ? found.bytes : null
	}

	/** How much of it was read, packed as it is. */
	get bytes(): number {
		let sum = 0
		for (const { lane } of this.lanes) sum += lane.bytes
		if (this.#unpacked === null || this.size === null) return sum
		return Math.round(this.size * Math.min(1, sum / this.#unpacked))
	}
}

/**
 * Look through the inputs that can be read twice, and put the threads in them on one scale of time.
 *
 * @throws errors of the system as they are
 */
export async function planned(inputs: readonly TraceInput[], key: Uint8Array | undefined, scale: TimeScale): Promise<PlannedInput[]> {
	const sizes = await Promise.all(inputs.map(sizeOf))
	const found: (Survey | TraceReadError | null)[] = []
	for (const [i, input] of inputs.entries()) found.push(sizes[i] === null ? null : await survey(input, key).catch(readError))
	const strands = found.flatMap(one => (one === null || one instanceof TraceReadError ? [] : (one.strands ?? [])))
	const places = placed(strands, scale)
	const processes = new Processes()
	const numbering = new Numbering()
	const whole = (input: TraceInput): PlannedLane => {
		const decoder = new Decoder(new Clocks(scale.place), processes.unknown, numbering)
		return { lane: new Lane(input, key, decoder, null), start: Number.NEGATIVE_INFINITY, segment: 0 }
	}
	const split = (input: TraceInput, { packed }: Survey, own: readonly Strand[]): PlannedLane[] => {
		const sequences = new Set(own.map(({ sequence }) => sequence))
		return own.map(strand => {
			const place = places.get(strand)!
			const decoder = new Decoder(new Clocks(() => place), processes.tracksOf(strand), numbering)
			const part = own.length === 1 ? null : { sequence: strand.sequence, ranges: strand.ranges, sequences, packed }
			return { lane: new Lane(input, key, decoder, part), start: Number(place) + strand.lead, segment: strand.recording.segment }
		})
	}
	return inputs.map((input, i) => {
		const one = found[i]!
		if (one instanceof TraceReadError) return new PlannedInput([], sizes[i]!, one)
		const own = one?.strands ?? null
		return new PlannedInput(own === null ? [whole(input)] : split(input, one, own), sizes[i]!, one)
	})
}

function readError(error: unknown): TraceReadError {
	if (error instanceof TraceReadError) return error
	throw error
}

/** Where each strand begins. The first of all is at time 0. */
function placed(strands: readonly Strand[], scale: TimeScale): Map<Strand, bigint> {
	const places = new Map<Strand, bigint>()
	/** The segments of a recording share its clock, whatever happened to the time of day meanwhile. */
	const recordings = new Map<string, Place>()
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
