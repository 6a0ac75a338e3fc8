import { now as systemNow } from './clock.js'
import type { Survivor } from './survivor.js'

/** What the encoders of a recorder write on each event. An object of numbers only, apart from everything that changes less often. */
export interface Hot {
	/** Where the next packet goes. */
	at: number
	/** From here on an event takes the general path, which makes room first. */
	limit: number
	/** Time of the last event, in nanoseconds since {@link Memory.base}. */
	last: number
	/** Number of the state: what was interned in another one is unknown in this. */
	epoch: number
}

/** The buffer that events are written to, and the numbers around it. The buffer stays the same: V8 then knows where it is. */
export class Memory {
	readonly bytes: Uint8Array
	readonly view: DataView
	readonly hot: Hot = { at: 0, limit: 0, last: 0, epoch: 0 }
	/** Nanoseconds of `now()` that {@link Hot.last} counts from. An array, as a field would be a new object for each new number. */
	readonly base: Float64Array = new Float64Array(1)
	/** Recorded events and their bytes, by site: `2 * index` and `2 * index + 1`; and at 0 the own time in nanoseconds. */
	readonly counts: Float64Array

	readonly now: () => number
	/** Where another thread may write what is in memory. */
	readonly survivor: Survivor | undefined

	constructor(size: number, sites: number, now: () => number = systemNow, survivor?: Survivor) {
		this.now = now
		this.survivor = survivor
		this.bytes = survivor?.bytes ?? new Uint8Array(size)
		this.view = new DataView(this.bytes.buffer)
		this.counts = survivor?.counts ?? new Float64Array(2 * (sites + 1))
	}

	/** Count times from now on. @returns now, in milliseconds */
	restart(): number {
		const ms = this.now()
		this.base[0] = Math.floor(ms * 1e6)
		this.hot.last = 0
		return ms
	}

	/**
	 * The time is too far from the base: move the base to the last event, and further if that does not suffice.
	 *
	 * @returns nanoseconds since the last event
	 */
	delta(ms: number): number {
		const ns = Math.floor(ms * 1e6)
		const since = ns - this.base[0]! - this.hot.last
		if (since <= 0) return 0
		this.base[0] = ns
		this.hot.last = 0
		return since
	}
}
