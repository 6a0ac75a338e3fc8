// Tasks that can never continue. V8 collects a promise that nothing can settle any more: that of a task's function has
// gone, so nothing is left that could resume the task.
import { shared } from '../realm.js'
import { beginSiteOf } from './beginsite.js'
import { type Task, watching } from './task.js'
import { traceTaskLost } from './ztrace.js'

/**
 * A task is lost: nothing can ever resume it. It began at `begun` (`file:line:column`; the place of another task of its name, if its own is unknown), has not run for `ms` milliseconds, and waits at
 * `site`. Texts are empty where that is unknown: `site` needs the states of tasks, and a sample of this wait.
 */
//trace:event traceTaskLost(task: number, name: string, begun: string, ms: number, site: string)

/** A task that can never continue. */
export interface LostTask {
	readonly id: number
	readonly name: string
	readonly kind: string
	/** Ids of the task, such as those of a request or user. */
	readonly ids: Readonly<Record<string, string>>
	/** `file:line:column` at which it began, or another task of its name; null if that is unknown. */
	readonly begun: string | null
	/** `file:line:column` at which it waits; null if that is unknown. */
	readonly site: string | null
	/**
	 * Milliseconds of `performance.now()`: when it began, when it last ran (where the states of tasks are followed; else
	 * its begin), and when the loss was found.
	 */
	readonly began: number
	readonly stopped: number
	readonly found: number
}

/** Lost tasks that are kept; all are counted. */
const maxKept = 100

const lostList = shared(
	'losses',
	(): { total: number; recent: LostTask[]; listeners: Set<(lost: LostTask) => void> } => ({
		total: 0,
		recent: [],
		listeners: new Set(),
	}),
)

/** The task must not refer to its promise. */
const unsettled = new FinalizationRegistry<Task>(found)

/** The function of `task` has returned `promise`. */
export function guard(task: Task, promise: Promise<unknown>): void {
	unsettled.register(promise, task, task)
}

/** The promise of the function of `task` has settled. */
export function release(task: Task): void {
	unsettled.unregister(task)
}

/**
 * How many tasks of this thread were lost, and the last hundred of them. They are found when V8 collects garbage, which
 * it does not do in an idle process.
 */
export function lostTasks(): { readonly total: number; readonly recent: readonly LostTask[] } {
	return { total: lostList.total, recent: [...lostList.recent] }
}

/** Call `listener` for each task that is found to be lost, until what it returns is called. */
export function onLost(listener: (lost: LostTask) => void): () => void {
	lostList.listeners.add(listener)
	return () => lostList.listeners.delete(listener)
}

function found(task: Task): void {
	// It may have been ended by other means.
	if (task.ended !== null) return
	const now = performance.now()
	const { id, name, kind, ids, began, stopped } = task
	const lost: LostTask = {
		id,
		name,
		kind,
		ids,
		begun: beginSiteOf(task),
		site: watching.by?.waitsAt?.(task) ?? null,
		began,
		stopped,
		found: now,
	}
	lostList.total++
	lostList.recent.push(lost)
	if (lostList.recent.length > maxKept) lostList.recent.shift()
	if (task.sampled) traceTaskLost(id, name, lost.begun ?? '', now - stopped, lost.site ?? '')
	task.end('lost')
	for (const listener of lostList.listeners) listener(lost)
}
