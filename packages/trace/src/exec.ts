// What readers know of the events of `@tsgotrace/exec`: tasks, their regions and calls, and what a thread does.
import type { TraceSignal } from './read/items.js'
import { CutString, type TraceArgs } from './read/values.js'
import type { Slice } from './slices.js'

/** Ids of events. */
export const execEvent = {
	taskName: '@tsgotrace/exec/tasks:traceTaskName',
	taskLink: '@tsgotrace/exec/tasks:traceTaskLink',
	taskIds: '@tsgotrace/exec/tasks:traceTaskIds',
	log: '@tsgotrace/exec/tasks:traceLog',
	gc: '@tsgotrace/exec/thread:traceGcDone',
	heapUsed: '@tsgotrace/exec/thread:traceHeapUsedCount',
	heapTotal: '@tsgotrace/exec/thread:traceHeapTotalCount',
	loopBusy: '@tsgotrace/exec/thread:traceLoopBusyCount',
	offCpu: '@tsgotrace/exec/thread:traceOffCpuCount',
	processCpu: '@tsgotrace/exec/thread:traceProcessCpuCount',
	loopDelay: '@tsgotrace/exec/thread:traceLoopDelay',
	loopDelayCount: '@tsgotrace/exec/thread:traceLoopDelayCount',
	run: '@tsgotrace/exec/states:traceRunDone',
	wait: '@tsgotrace/exec/states:traceWaitDone',
	wake: '@tsgotrace/exec/states:traceWake',
	site: '@tsgotrace/exec/states:traceWaitSite',
	stall: '@tsgotrace/exec/stalls:traceStallDone',
	followCost: '@tsgotrace/exec/sampling:traceFollowCost',
} as const

const past: ReadonlySet<string> = new Set([execEvent.run, execEvent.wait, execEvent.gc, execEvent.stall])

/**
 * Whether an event reports what is over: a run or wait of a task, a collection, a stall. Readers have it as a slice,
 * with the arguments of the event: its end says all. Its end was before the report if it has an argument `ago`.
 */
export function isPast({ id }: Pick<TraceSignal, 'id'>): boolean {
	return past.has(id)
}

/**
 * When that was over. An instant, which the recorder writes if it cannot write the slice, has the time of the report.
 */
export function endOf({ type, time, args }: Pick<TraceSignal, 'type' | 'time' | 'args'>): number {
	return type === 'instant' ? time - Math.max(0, numberArg(args, 'ago') ?? 0) * 1e6 : time
}

const begins = new Map([
	['@tsgotrace/exec/tasks:traceTaskBegin', 'task'],
	['@tsgotrace/exec/tasks:traceRegionBegin', 'region'],
	['@tsgotrace/exec/auto:traceCallBegin', 'call'],
] as const)

/** What a slice is: a unit of work of `@tsgotrace/exec`, a part of one, a request that it makes, or any other slice. */
export type SliceKind = 'task' | 'region' | 'call' | 'slice'

/** Which kind of slice it is. */
export function kindOf({ id }: Pick<Slice, 'id'>): SliceKind {
	return begins.get(id as never) ?? 'slice'
}

/** A number among arguments; null for anything else. */
export function numberArg(args: TraceArgs, name: string): number | null {
	const value = args[name]
	return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** A text among arguments; of a long one its start. Null for anything else. */
export function textArg(args: TraceArgs, name: string): string | null {
	const value = args[name]
	if (typeof value === 'string') return value
	return value instanceof CutString ? value.start : null
}

/**
 * What a slice is called: a task, region or call by its name; any other by that of its event, with the trace package.
 */
export function nameOf(slice: Slice): string {
	const kind = kindOf(slice)
	const name = kind === 'slice' ? null : textArg(slice.args, kind === 'call' ? 'target' : 'name')
	return name ?? (slice.category === '' ? slice.name : `${slice.category}:${slice.name}`)
}

/** The id of the task that a region, call or log belongs to; 0 for none. */
export function taskIn(args: TraceArgs): number {
	return numberArg(args, 'task') ?? 0
}

/** Whether a signal is one of `@tsgotrace/exec`. */
export function isExec({ category }: Pick<TraceSignal, 'category'>): boolean {
	return category.startsWith('@tsgotrace/exec/')
}
