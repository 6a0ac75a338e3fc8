// What an analysis says. Times are nanoseconds since the start of the trace, durations nanoseconds. Plain data: `JSON.stringify` writes all of it.

/** How durations are distributed. Quantiles are values that occurred. */
export interface Distribution {
	readonly p50: number
	readonly p90: number
	readonly p99: number
	readonly max: number
	readonly total: number
}

/** What tasks did while they were open: all of these together are `wall`. */
export interface TaskStates {
	/** How many tasks this is about: those of which states were recorded. */
	readonly tasks: number
	readonly wall: number
	readonly running: number
	/** What collections took of `running`. */
	readonly gc: number
	/** Could have run, but its thread was busy. */
	readonly runnable: number
	/** By what they waited for. */
	readonly waits: Readonly<Record<string, number>>
	/** Of which nothing was recorded; below 0 where what was recorded overlaps. */
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
	/** Those that ended. */
	readonly count: number
	/** Those that had not ended when the trace did. */
	readonly open: number
	/** Others without an end. */
	readonly unfinished: number
	readonly perSecond: number
	readonly wall: Distribution
	/** How many were open at once: on average over the whole window, and at most. */
	readonly concurrency: { readonly mean: number; readonly max: number }
	/** How many ended how: tasks and calls only. */
	readonly ends: Readonly<Record<string, number>>
	readonly errors: readonly ErrorReport[]
}

export interface TaskReport extends GroupReport {
	/** `task`, `spawn`, `request` and others. */
	readonly kinds: readonly string[]
	/** Null where no states were recorded. */
	readonly states: TaskStates | null
	/** What is in them: per task, on average. */
	readonly parts: readonly { readonly kind: string; readonly name: string; readonly perTask: number }[]
	/** Which tasks ended their waits. Only where wakes were recorded. */
	readonly wakers: readonly { readonly by: string; readonly count: number; readonly total: number }[]
}

export interface ThreadReport {
	readonly process: string
	readonly thread: string
	/** Per cent of the time in which the event loop was busy. Null where it was not recorded. */
	readonly busy: { readonly mean: number; readonly max: number } | null
	/** How late the event loop came to timers. */
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
	readonly count: number
	readonly total: number
	/** The task that waited longest there. */
	readonly task: string
}

/** How far numbers can be trusted: what is missing or odd, how often, and what that does to them. */
export interface QualityReport {
	readonly what: string
	readonly count: number | null
	readonly effect: string
}

/**
 * How sure a finding is. `proved`: it follows from what was recorded. `measured`: the harm was measured, and is above the limit of the rule. `suspected`: what was recorded fits, but something
 * else may be the cause, or it may be meant.
 */
export type Level = 'proved' | 'measured' | 'suspected'

export interface Finding {
	readonly rule: string
	readonly level: Level
	/** What it is about: a task, slice, site or thread. */
	readonly subject: string
	/** A sentence with the numbers. */
	readonly text: string
	readonly evidence: {
		/** Ids of tasks, regions or calls; numbers of slices. */
		readonly ids: readonly number[]
		/** When to look. */
		readonly from: number | null
		readonly to: number | null
	}
	/** A command that looks closer; FILE stands for the files of the trace. */
	readonly look: string
	/** About how many nanoseconds it costs, to order findings; 0 where that is not known. */
	readonly cost: number
}

/** What is in a trace, and what is wrong with the program that made it. */
export interface Report {
	readonly version: 1
	readonly window: {
		/** Nanoseconds since 1970 at time 0; null where the trace does not tell. */
		readonly start: string | null
		readonly from: number
		readonly to: number
		readonly seconds: number
		readonly events: number
		readonly bytes: number
		readonly processes: readonly { readonly pid: string; readonly name: string | null }[]
		/** Versions of Node, and why recordings ended. */
		readonly node: readonly string[]
		readonly ends: Readonly<Record<string, number>>
	}
	readonly quality: readonly QualityReport[]
	/** What this trace cannot tell, and what would have to be recorded for it. */
	readonly unknown: readonly string[]
	readonly threads: readonly ThreadReport[]
	/** Mean numbers of tasks, or slices where there are no tasks, that were open at once, over time. */
	readonly concurrency: {
		readonly of: 'tasks' | 'slices'
		readonly from: number
		readonly width: number
		readonly mean: readonly number[]
		readonly max: number
	}
	readonly tasks: readonly TaskReport[]
	readonly sites: readonly SiteReport[]
	/** What tasks wait for: requests to others, by target. */
	readonly calls: readonly GroupReport[]
	readonly regions: readonly GroupReport[]
	readonly slices: readonly GroupReport[]
	/** The worst first: by level, then by cost. */
	readonly findings: readonly Finding[]
}
