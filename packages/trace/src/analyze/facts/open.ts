import type { SliceKind } from '../../exec.js'
import type { Slice } from '../../slices.js'
import type { Group } from './groups.js'

/** What was in something that is open, in the order of begins. */
export interface Child {
	readonly group: Group
	readonly id: number
	readonly begin: number
	/** Null while it is open. */
	end: number | null
	failed: boolean
}

/** A task, region, call or slice that is open. */
export interface Open {
	readonly slice: Slice
	readonly kind: SliceKind
	/** Of the task, region or call; the number of a slice. */
	readonly id: number
	group: Group
	readonly parent: Open | null
	/** Itself among the children of its parent. */
	readonly child: Child | null
	children: Child[] | null
	/** The child that ended last. */
	last: Child | null
	states: OpenStates | null
	end: number | null
}

/** A part of the time of a task: when it ran, or what it waited for, where, and which task ended the wait. */
export interface Segment {
	readonly from: number
	readonly to: number
	readonly state: string
	readonly site: string | null
	/** 0 where that is not known. */
	readonly by: number
}

/** What a task did so far. Nanoseconds. */
export interface OpenStates {
	running: number
	gc: number
	runnable: number
	readonly waits: Map<string, number>
	/** Of the wait that is reported next. */
	waker: number
	site: string | null
	weight: number
	/** One by one, if they are asked for. */
	segments: Segment[] | null
}

/** Children that are remembered of one that is open. */
export const mostChildren = 2000

/** Nanoseconds of `from` to `to` that are in `begin` to `end`. */
export function overlap(from: number, to: number, begin: number, end: number): number {
	return Math.max(0, Math.min(to, end) - Math.max(from, begin))
}
