import { now as systemNow } from './clock.js'
import type { Survivor } from './survivor.js'

/** An upper bound for the bytes before the body of a packet. */
const packetHeadRoom = 16

/** What changes with each event of a sequence. An object of numbers only. */
export interface State {
	/** Time of the last event, in nanoseconds since the base of the sequence. */
	last: number
	/**
	 * Number of the state: names that another state interned are unknown in this one. Never 0, which names have that no
	 * state interned yet.
	 */
	epoch: number
}

/**
 * Where the next packet goes, and the state of the sequence of events: encoders write both on each event, so both share
 * an object and a cache line. An object of numbers only, kept apart from fields that change less often.
 */
export interface Hot extends State {
	at: number
	/** From here on an event takes the general path, which makes room first. */
	limit: number
}

/**
 * The buffer that all sequences of a recorder write to, and the counts. The buffer is never replaced, so that V8 can
 * keep its address.
 */
export class Memory {
	readonly bytes: Uint8Array
	readonly view: DataView
	readonly hot: Hot = { at: 0, limit: 0, last: 0, epoch: 1 }
	/** Where the current part of the buffer ends. */
	end = 0
	/**
	 * Recorded events and their bytes, by index: `2 * index` and `2 * index + 1`. In nanoseconds, at 0 the own time, and
	 * at 1 the durations of the timed events that were not among the first of their site.
	 */
	readonly counts: Float64Array

	readonly now: () => number
	/** Set if another thread may write what is in memory. */
	readonly survivor: Survivor | undefined
	/**
	 * Called when an event comes a second or more after the last call: in a program that computes, no timer runs. The event
	 * is being written.
	 */
	passed: (() => void) | undefined
	#indexes = 0

	/** @param sites maximum number of indexes */
	constructor(size: number, sites: number, now: () => number = systemNow, survivor?: Survivor) {
		this.now = now
		this.survivor = survivor
		this.bytes = survivor?.bytes ?? new Uint8Array(size)
		this.view = new DataView(this.bytes.buffer)
		this.counts = survivor?.counts ?? new Float64Array(2 * (sites + 1))
	}

	/** @returns a new index into {@link counts}. The caller must not ask for more than there is room for */
	index(): number {
		return ++this.#indexes
	}

	/** A copy of the counts that are in use. */
	counted(): Float64Array {
		return this.counts.slice(0, 2 * (this.#indexes + 1))
	}

	/** Whether a packet with a body of this length fits into that part. */
	fits(length: number): boolean {
		return this.hot.at + length + packetHeadRoom <= this.end
	}
}
