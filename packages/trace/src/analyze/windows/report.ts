import type { SliceKind } from '../../exec.js'
import type { Distribution, TaskStates } from '../facts/report.js'

/** Tasks, regions, calls or slices of one name, as far as they ended in a window. */
export interface WindowGroup {
	readonly kind: SliceKind
	readonly name: string
	readonly count: number
	readonly perSecond: number
	readonly wall: Distribution
	/** Number of those that were open at the end of the window. */
	readonly open: number
	readonly errors: number
	/** Of tasks that ended; null where no states were recorded. */
	readonly states: TaskStates | null
}

/** A thread in a window. Each is null where it was not recorded. */
export interface WindowThread {
	readonly process: string
	readonly thread: string
	/** Percentage of the time in which the event loop was busy. */
	readonly busy: number | null
	/** The longest delay of timers by the event loop, in nanoseconds. */
	readonly delay: number | null
	/** The time of garbage collections, in nanoseconds. */
	readonly gc: number | null
}

/** A number that is far from what it was in the windows before. */
export interface Anomaly {
	readonly kind: SliceKind
	readonly name: string
	readonly what: 'rate' | 'p50' | 'p99' | 'errors'
	/** `rate`, `errors`: per second; `p50`, `p99`: nanoseconds. */
	readonly value: number
	/** The median of the last 60 windows. */
	readonly usual: number
	/**
	 * The robust z-score: the distance, on a scale of roots or logarithms, in units of 1.4826 times the median absolute
	 * deviation.
	 */
	readonly z: number
	/** For how many windows in a row it has been unusual, with this one. */
	readonly windows: number
}

/** What happened in a window of time. Plain data. */
export interface WindowReport {
	/** Counted from 0. */
	readonly number: number
	/** Nanoseconds since the start of the trace. */
	readonly start: number
	readonly end: number
	readonly events: number
	/** Number of events that are missing in the trace, as far as known. */
	readonly lost: number
	/** Number of events that came after the report of their own window, and are counted in this one. */
	readonly late: number
	/** By total time, largest first. */
	readonly groups: readonly WindowGroup[]
	readonly threads: readonly WindowThread[]
	/** The most unusual first. */
	readonly anomalies: readonly Anomaly[]
}
