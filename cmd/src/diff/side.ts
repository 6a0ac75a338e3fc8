import type { RunGroups } from '@tsgotrace/trace/analyze'

/** One side of a comparison. */
export interface Side {
	readonly path: string
	readonly runs: readonly RunGroups[]
	/** Whether something could not be read. */
	readonly incomplete: boolean
}

/** What is said instead of an empty table. */
export const nothingText =
	'Nothing to compare: neither side has tasks, calls, regions or slices. A slice needs the events of its begin and its end.'
