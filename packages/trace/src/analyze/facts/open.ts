import type { SliceKind } from '../../exec.js'
import type { Slice } from '../../slices.js'
import type { CrowdShare } from './crowds.js'
import type { ItemGroup } from './groups.js'
import type { Turn } from './handovers.js'

/** The children of an open item, in the order of their begins. */
export interface Child {
	readonly group: ItemGroup
	readonly id: number
	readonly begin: number
	/** Null while it is open. */
	end: number | null
	failed: boolean
}

/** A task, region, call or slice that is open. */
export interface OpenItem {
	readonly slice: Slice
	readonly kind: SliceKind
	/** Of the task, region or call; the number of a slice. */
	readonly id: number
	group: ItemGroup
	readonly parent: OpenItem | null
	/** Its entry among the children of its parent. */
	readonly child: Child | null
	children: Child[] | null
	/** The child that ended last. */
	last: Child | null
	states: OpenStates | null
	/** Nanoseconds that the tasks in it have run on its thread. */
	ran: number
	end: number | null
}

/** A part of a task's time: a run, or a wait with its reason, its place and the task that ended it. */
export interface StatePart {
	readonly from: number
	readonly to: number
	readonly state: string
	readonly site: string | null
	/** 0 if unknown. */
	readonly by: number
}

/** What a task did so far, in nanoseconds. */
export interface OpenStates {
	running: number
	gc: number
	runnable: number
	readonly waits: Map<string, number>
	/** Belongs to the wait that is reported next. */
	waker: number
	/** Set while it may have what another task passed on to it. */
	turn: Turn | null
	crowd: CrowdShare | null
	site: string | null
	weight: number
	/** The single runs and waits, if requested. */
	stateParts: StatePart[] | null
}

/** Maximum number of remembered children of an open item. */
export const maxChildren = 2000

/** The overlap of `from` to `to` with `begin` to `end`, in nanoseconds. */
export function overlap(from: number, to: number, begin: number, end: number): number {
	return Math.max(0, Math.min(to, end) - Math.max(from, begin))
}
