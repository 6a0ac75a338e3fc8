// The result of an analysis. Times are nanoseconds since the start of the trace, durations are nanoseconds. Plain data:
// `JSON.stringify` writes all of it.

/** How durations are distributed. Quantiles are values that occurred. */
export interface Distribution {
	readonly p50: number
	readonly p90: number
	readonly p99: number
	readonly max: number
	readonly total: number
}

/** What tasks did while they were open. The parts add up to `wall`. */
export interface TaskStates {
	/** Number of tasks whose states were recorded. */
	readonly tasks: number
	readonly wall: number
	readonly running: number
	/** The part of `running` that garbage collections took. */
	readonly gc: number
	/** Could have run, but its thread was busy. */
	readonly runnable: number
	/** By the reason of the wait. */
	readonly waits: Readonly<Record<string, number>>
	/** Time without a recorded state; negative if recorded states overlap. */
	readonly unaccounted: number
}

export interface ErrorReport {
	readonly text: string
	readonly count: number
	/** The id of the first task, region or call that had it. */
	readonly example: number
}

/** Tasks, regions, calls or slices of one name. */
export interface GroupReport {
	readonly name: string
	/** Number of those that ended. */
	readonly count: number
	/** Number of those that had not ended at the end of the trace. */
	readonly open: number
	/** Number of others without an end. */
	readonly unfinished: number
	readonly perSecond: number
	readonly wall: Distribution
	/** Concurrency: the average over the whole window, and the maximum. */
	readonly concurrency: { readonly mean: number; readonly max: number }
	/** Number by how they ended; tasks and calls only. */
	readonly ends: Readonly<Record<string, number>>
	readonly errors: readonly ErrorReport[]
}

export interface TaskReport extends GroupReport {
	/** `task`, `spawn`, `request` and others. */
	readonly kinds: readonly string[]
	/** Null where no states were recorded. */
	readonly states: TaskStates | null
	/** Their parts: averages for one task. */
	readonly parts: readonly { readonly kind: string; readonly name: string; readonly perTask: number }[]
	/** The tasks that ended their waits. Only if wakes were recorded. */
	readonly wakers: readonly { readonly by: string; readonly count: number; readonly total: number }[]
}

export interface ThreadReport {
	readonly process: string
	readonly thread: string
	/** Percentage of the time in which the event loop was busy. Null if it was not recorded. */
	readonly busy: { readonly mean: number; readonly max: number } | null
	/** The delay of timers by the event loop. */
	readonly delay: { readonly p50: number; readonly p99: number; readonly max: number } | null
	readonly gc: {
		readonly count: number
		readonly total: number
		readonly max: number
		readonly kinds: Readonly<Record<string, number>>
	} | null
}

export interface SiteReport {
	/** `file:line:column` */
	readonly site: string
	readonly reason: string
	/** Number of waits, and their total time without that in which the task could have run. Estimates from a sample. */
	readonly count: number
	readonly total: number
	/** The task that waited longest there. */
	readonly task: string
}

/** What recording has cost a thread since its start. Times are nanoseconds. */
export interface CostReport {
	readonly process: string
	readonly thread: string
	/** Number of events that were encoded, and of those that were timed. */
	readonly events: number
	readonly timed: number
	/** To encode all of them: an estimate from those that were timed. 0 if none was. */
	readonly encoding: number
	/** To make encoders and to write buffers: measured. */
	readonly writing: number
	/** Both, as a part of the time from the start of the recording on. */
	readonly share: number
	/**
	 * What following tasks took, and for how long the thread was busy meanwhile: an estimate from some of the calls of
	 * hooks. The encoding of events of tasks is included. Null if it was not measured, which needs a budget.
	 */
	readonly following: { readonly time: number; readonly busy: number } | null
}

/** Limits of the numbers: what is missing or unusual, how often, and what this means for the numbers. */
export interface QualityReport {
	readonly what: string
	readonly count: number | null
	readonly effect: string
}

/**
 * The certainty of a finding. `proved`: it follows from the recording. `measured`: the effect was measured, and exceeds
 * the limit of the rule. `suspected`: the recording fits, but something else may be the cause, or it may be intended.
 */
export type EvidenceLevel = 'proved' | 'measured' | 'suspected'

export interface Finding {
	readonly rule: string
	readonly level: EvidenceLevel
	/** What it is about: a task, slice, site or thread. */
	readonly subject: string
	/** A sentence with the numbers. */
	readonly text: string
	readonly evidence: {
		/** Ids of tasks, regions or calls; numbers of slices. */
		readonly ids: readonly number[]
		/** The interval to look at. */
		readonly from: number | null
		readonly to: number | null
	}
	/** A command that shows more; replace FILE by the files of the trace. */
	readonly look: string
	/** Estimated cost in nanoseconds, to order findings; 0 if unknown. */
	readonly cost: number
}

/** What is in a trace, and the problems of the program that it shows. */
export interface AnalysisReport {
	readonly version: 1
	readonly window: {
		/** Nanoseconds since 1970 at time 0; null if the trace does not contain it. */
		readonly start: string | null
		readonly from: number
		readonly to: number
		readonly seconds: number
		readonly events: number
		readonly bytes: number
		readonly processes: readonly { readonly pid: string; readonly name: string | null }[]
		/** Versions of Node, and the reasons why recordings ended. */
		readonly node: readonly string[]
		readonly ends: Readonly<Record<string, number>>
	}
	readonly quality: readonly QualityReport[]
	/** What recording has cost, the thread with the highest share first. Empty if the trace does not contain it. */
	readonly cost: readonly CostReport[]
	/** What this trace cannot show, and what would have to be recorded for it. */
	readonly unknown: readonly string[]
	readonly threads: readonly ThreadReport[]
	/** Concurrency over time: mean number of open tasks, or of slices if there are no tasks. */
	readonly concurrency: {
		readonly of: 'tasks' | 'slices'
		readonly from: number
		readonly width: number
		readonly mean: readonly number[]
		readonly max: number
	}
	readonly tasks: readonly TaskReport[]
	readonly sites: readonly SiteReport[]
	/** Requests to other services, by target. */
	readonly calls: readonly GroupReport[]
	readonly regions: readonly GroupReport[]
	readonly slices: readonly GroupReport[]
	/** Worst first: by level, then by cost. */
	readonly findings: readonly Finding[]
}
