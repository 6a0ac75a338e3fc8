import { monotonicClock, realtimeClock } from '../format/schema.js'
import { type Placement } from './clock.js'
import type { ClockReading } from './snapshot.js'

/**
 * Up to this difference between the time of day and the monotonic clock, two inputs count as written by the same
 * machine since the same start: machines correct their time of day by much less while they run, and two machines rarely
 * start within this time.
 */
const machinesDiffer = 1_000_000_000n

/**
 * The common time scale of several inputs. Processes of one machine share CLOCK_MONOTONIC, which is exact to the
 * nanosecond. Between machines, and between two starts of one, there is only the time of day, accurate to milliseconds
 * at best.
 */
export class TimeScale {
	/** Both clocks at time 0. */
	#monotonic: bigint | null = null
	#realtime: bigint | null = null
	#begun = false
	/** Whether anything was aligned by the time of day. */
	byDate = false

	/** Nanoseconds since 1970 at time 0. */
	get wallStart(): bigint | null {
		return this.#realtime
	}

	/** The position of a snapshot. The first one of all is at time 0. */
	readonly place: Placement = readings => {
		const [monotonic, realtime] = [valueOf(readings, monotonicClock), valueOf(readings, realtimeClock)]
		if (!this.#begun) {
			this.#begun = monotonic !== null || realtime !== null
			this.#monotonic = monotonic
			this.#realtime = realtime
			return 0n
		}
		const exact = monotonic === null || this.#monotonic === null ? null : monotonic - this.#monotonic
		const dated = realtime === null || this.#realtime === null ? null : realtime - this.#realtime
		if (dated === null) return exact ?? 0n
		if (exact !== null && sameMachine(exact, dated)) return exact
		this.byDate = true
		return dated
	}

	/** Move time 0, before any item was returned. */
	shift(by: bigint): void {
		if (this.#monotonic !== null) this.#monotonic += by
		if (this.#realtime !== null) this.#realtime += by
	}
}

/** By CLOCK_MONOTONIC alone, relative to a first snapshot. */
export function steadily(first: readonly ClockReading[], at: bigint): Placement {
	const start = valueOf(first, monotonicClock) ?? 0n
	return readings => at + (valueOf(readings, monotonicClock) ?? start) - start
}

export function valueOf(readings: readonly ClockReading[], id: number): bigint | null {
	return readings.find(reading => reading.id === id)?.value ?? null
}

/** Whether two clocks differ by no more than those of one machine can. */
export function sameMachine(a: bigint, b: bigint): boolean {
	const difference = a - b
	return difference <= machinesDiffer && difference >= -machinesDiffer
}
