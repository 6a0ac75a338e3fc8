import { boottimeClock, firstSequenceClock, monotonicClock, realtimeClock } from '../format/schema.js'
import type { ClockReading, ClockSnapshot } from './snapshot.js'

/** A clock of a sequence: its value at the last snapshot, and since then. */
interface SequenceClock {
	readonly base: number
	readonly start: bigint
	readonly incremental: boolean
	readonly unit: number
	/** Ticks of an incremental clock since the snapshot. */
	last: number
}

/** The clocks of one sequence. Dropped with its incremental state. */
export type SequenceClocks = Map<number, SequenceClock>

/** How many nanoseconds after time 0 a snapshot was taken. */
export type Placement = (readings: readonly ClockReading[]) => bigint

/**
 * Converts the times of the sequences of one input to one scale: nanoseconds since time 0, as numbers.
 *
 * Numbers and not bigints: they are exact for 104 days of recording, and arithmetic with bigints allocates, which costs
 * more than the rest of decoding an event. Only absolute values need 64 bits, and they are computed once.
 */
export class Clocks {
	/** The clock to which all others are converted, and its value at time 0. */
	#id = boottimeClock
	#start: bigint | null = null
	#exactStart: number | null = null
	/** Offsets of other clocks that do not belong to a sequence. */
	readonly #shift = new Map<number, bigint>()
	readonly #place: Placement

	/** @param place the position of the first snapshot in time; default: time 0 */
	constructor(place: Placement = () => 0n) {
		this.#place = place
	}

	/** Nanoseconds since 1970 at time 0, if the trace contains it. */
	get wallStart(): bigint | null {
		const shift = this.#shift.get(realtimeClock)
		return shift === undefined || this.#start === null ? null : this.#start - shift
	}

	snapshot({ readings, primary }: ClockSnapshot, sequence: SequenceClocks): void {
		const reference = this.#reference(readings, primary)
		if (reference === null) return
		if (this.#start === null) this.#begin(reference - this.#place(readings))
		const base = Number(reference - this.#start!)
		for (const { id, value, incremental, unit } of readings) {
			if (id >= firstSequenceClock) sequence.set(id, { base, start: value, incremental, unit, last: 0 })
			else if (!this.#shift.has(id)) this.#shift.set(id, reference - value)
		}
	}

	/** The time of a packet. Advances incremental clocks. Null: the relation of that clock to the others is unknown. */
	time(ticks: number | bigint, id: number, sequence: SequenceClocks): number | null {
		if (id >= firstSequenceClock) {
			const clock = sequence.get(id)
			if (clock === undefined) return null
			if (clock.incremental) {
				clock.last += Number(ticks)
				return clock.base + clock.last * clock.unit
			}
			return clock.base + Number(BigInt(ticks) - clock.start) * clock.unit
		}
		// Before any snapshot, the first clock that is read is the clock of the trace.
		if (this.#start === null) {
			if (id !== 0) this.#id = id
			this.#begin(BigInt(ticks))
			return 0
		}
		if ((id === 0 || id === this.#id) && typeof ticks === 'number' && this.#exactStart !== null)
			return ticks - this.#exactStart
		const shift = id === 0 || id === this.#id ? 0n : this.#shift.get(id)
		if (shift === undefined) return null
		return Number(BigInt(ticks) + shift - this.#start)
	}

	#begin(reference: bigint): void {
		this.#start = reference
		this.#exactStart = reference <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(reference) : null
	}

	/** The value of the reference clock at a snapshot. The first snapshot selects the reference clock. */
	#reference(readings: readonly ClockReading[], primary: number | null): bigint | null {
		const of = (id: number): bigint | undefined => readings.find(r => r.id === id)?.value
		if (this.#start === null) {
			const first = [primary, boottimeClock, monotonicClock, realtimeClock].find(
				id => id !== null && of(id) !== undefined,
			)
			if (first == null) return null
			this.#id = first
		}
		const value = of(this.#id)
		if (value !== undefined) return value
		const known = readings.find(r => this.#shift.has(r.id))
		return known === undefined ? null : known.value + this.#shift.get(known.id)!
	}
}
