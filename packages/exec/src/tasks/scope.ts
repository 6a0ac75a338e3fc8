// Which task the current code belongs to. Installed only while a probe is attached to the events of tasks.
import { AsyncLocalStorage } from 'node:async_hooks'
import { connectProducer } from '@tsgotrace/runtime'
import { contend } from '../realm.js'
import { scope } from './storage.js'
import { endAllTasks, forgetTasks, type Task, watching } from './task.js'
import {
	traceLog_Event,
	traceRegionBegin_Event,
	traceRegionEnd_Event,
	traceTaskBegin_Event,
	traceTaskEnd_Event,
	traceTaskIds_Event,
	traceTaskLink_Event,
	traceTaskLost_Event,
	traceTaskName_Event,
} from './ztrace.js'

/** Functions that create tasks automatically: called when tasks start, and what they return stops them. */
export type TaskSource = () => () => void

const sources: TaskSource[] = []
/**
 * The functions that stop the running sources. Null if none runs: no probe is attached, or another copy of the package
 * creates the tasks.
 */
let stops: (() => void)[] | null = null

/** Let `source` create tasks whenever a probe is attached to tasks, including now. */
export function addTaskSource(source: TaskSource): void {
	sources.push(source)
	stops?.push(source())
}

connectProducer(
	[
		traceTaskBegin_Event,
		traceTaskEnd_Event,
		traceTaskName_Event,
		traceTaskLink_Event,
		traceTaskLost_Event,
		traceTaskIds_Event,
		traceRegionBegin_Event,
		traceRegionEnd_Event,
		traceLog_Event,
	],
	useTasks,
)

/** Keep tasks active until the returned function is called. For producers of events that need them. */
export function useTasks(): () => void {
	scope.storage ??= new AsyncLocalStorage<Task>()
	scope.users++
	const stop = contend('tasks', beginTasks)
	return () => {
		stop()
		if (--scope.users > 0) return
		forgetTasks()
		scope.storage?.disable()
		scope.storage = null
	}
}

function beginTasks(): () => void {
	const running = sources.map(source => source())
	stops = running
	// Before other listeners: a recorder writes its last packet in one of those.
	process.prependListener('exit', endAllTasks)
	return () => {
		process.removeListener('exit', endAllTasks)
		for (const stop of running) stop()
		stops = null
	}
}

/**
 * The task that the current code belongs to. Null outside of tasks, and while no probe is attached to the events of
 * tasks.
 *
 * @example
 * import { currentTask, log } from '@tsgotrace/exec'
 * currentTask()?.identify({ user: '42' })
 */
export function currentTask(): Task | null {
	const task = scope.storage?.getStore()
	// Whatever the main module has set up keeps its context: once it has run, that is not a task.
	return task === undefined || (task.kind === 'main' && task.ended !== null) ? null : task
}

/** Call `fn` in a task. */
export function runIn<T>(task: Task, fn: () => T): T {
	const { storage } = scope
	if (storage === null) return fn()
	if (watching.by === null) return storage.run(task, fn)
	const outer = currentTask()
	watching.by.enters(task)
	try {
		return storage.run(task, fn)
	} finally {
		// Probes may have been detached meanwhile.
		watching.by?.returns(outer)
	}
}

/**
 * Make the rest of the current callback, and what it begins, part of `task`. For subscribers of channels, which Node
 * calls where the work begins.
 */
export function enter(task: Task): void {
	scope.storage?.enterWith(task)
	watching.by?.enters(task)
}

/** Take the rest of the current callback, and what it begins, out of any task. */
export function leave(): void {
	if (scope.storage?.getStore() === undefined) return
	scope.storage.enterWith(undefined as unknown as Task)
	watching.by?.returns(null)
}
