import { MONOTONIC, REALTIME } from '../format/schema.js'
import { type Place } from './clock.js'
import type { ClockReading } from './snapshot.js'

/**
 * Up to this, what the time of day says and what the steady clock says are taken to be the same machine since the same start: the time of day is
 * corrected while machines run, by much less; and two machines hardly started within this.
 */
const machinesDiffer = 1_000_000_000n

/**
 * The time of several inputs. Processes of one machine share MONOTONIC, which is exact to the nanosecond; between machines, and between two starts of one,
 * there is the time of day only, in milliseconds and as good as the machines agree on it.
 */
export class TimeScale {
	/** Both clocks at time 0. */
	#monotonic: bigint | null = null
	#realtime: bigint | null = null
	#begun = false
	/** Whether anything was placed by the time of day. */
	byDate = false

	/** Nanoseconds since 1970 at time 0. */
	get wallStart(): bigint | null {
		return this.#realtime
	}

	/** Where a snapshot stands. The first one of all is at time 0. */
	readonly place: Place = readings => {
		const [monotonic, realtime] = [valueOf(readings, MONOTONIC), valueOf(readings, REALTIME)]
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

	/** Move time 0, which nothing has been told in yet. */
	shift(by: bigint): void {
		if (this.#monotonic !== null) this.#monotonic += by
		if (this.#realtime !== null) this.#realtime += by
	}
}

/** By MONOTONIC alone, from where a first snapshot stands. */
export function steadily(first: readonly ClockReading[], at: bigint): Place {
	const start = valueOf(first, MONOTONIC) ?? 0n
	return readings => at + (valueOf(readings, MONOTONIC) ?? start) - start
}

export function valueOf(readings: readonly ClockReading[], id: number): bigint | null {
	return readings.find(reading => reading.id === id)?.value ?? null
}

/** Whether two clocks are apart by what those of one machine may be. */
export function sameMachine(a: bigint, b: bigint): boolean {
	const difference = a - b
	return difference <= machinesDiffer && difference >= -machinesDiffer
}
