import type { AnalysisReport } from '@tsgotrace/trace/analyze'

/** Names of states start with it, so that no slice of the program is mistaken for one. */
export const statePrefix = 'state:'

/** Names of what a thread runs start with it: the task of that name runs. */
export const runPrefix = 'run:'

/** Names of samples start with it: the function that ran. */
export const cpuPrefix = 'cpu:'

/** What a row of the page is: a thread, slices of one name that overlap, or a counter. */
export type RowKind = 'thread' | 'group' | 'counter'

/** A row of the page. Its intervals are in the columns, lane by lane, in the order of the rows. */
export interface Row {
	readonly kind: RowKind
	readonly label: string
	/** The process, if the trace has several. */
	readonly process: string | null
	/** Number of lanes: the maximum of overlapping slices. A thread has one for its slices, and one for its instants. */
	readonly lanes: number
	/** Maximum nesting depth of slices. */
	readonly depths: number
	/** Whether its slices are tasks whose states are known: those are at depth 1. */
	readonly states: boolean
	/** Number of the row's intervals, or of the values of a counter. */
	readonly count: number
}

/** What a page has at once; its worker decodes the columns. Times are nanoseconds since the start of the trace. */
export interface Header {
	readonly title: string
	readonly begin: number
	readonly end: number
	/** The names that the columns refer to. */
	readonly names: readonly string[]
	readonly rows: readonly Row[]
	readonly intervals: number
	/** Slices and events that the page leaves out, because there are too many. */
	readonly omitted: number
	/** Places in the source where waits began. */
	readonly siteNames: readonly string[]
	/** Functions of samples. */
	readonly frames: readonly string[]
	/** Files that could not be read to their end, and why. */
	readonly problems: readonly string[]
	/** Number of details in a chunk. */
	readonly detailsPerChunk: number
	/** What `tsgotrace analyze --json` prints of the same files. */
	readonly report: AnalysisReport
}

/** What there is to say of one slice or instant. */
export interface Detail {
	readonly args: Readonly<Record<string, unknown>>
	/** Those of the event that ended the slice, if they differ. */
	readonly endArgs: Readonly<Record<string, unknown>> | null
	/** Whether its end was recorded; of an instant, true. */
	readonly ended: boolean
}
