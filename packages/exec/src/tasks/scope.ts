// Which task the code that runs now belongs to. Installed while somebody listens to tasks, and at no other time.
import { AsyncLocalStorage } from 'node:async_hooks'
import { connectSource } from '@tsgotrace/runtime'
import { contend, shared } from '../realm.js'
import { endAllTasks, forgetTasks, type Task, watching } from './task.js'
import {
	traceLog_Event,
	traceRegionBegin_Event,
	traceRegionEnd_Event,
	traceTaskBegin_Event,
	traceTaskEnd_Event,
	traceTaskIds_Event,
	traceTaskLink_Event,
	traceTaskName_Event,
} from './ztrace.js'

/** One for all copies of the library: before Node 24 each further one would make every promise of the program slower. */
const scope = shared('scope', (): { storage: AsyncLocalStorage<Task> | null; users: number } => ({ storage: null, users: 0 }))

/** What begins tasks of itself: it is started with the tasks, and what it returns ends it. */
export type TaskSource = () => () => void

const sources: TaskSource[] = []
/** Of those that run. Null while none does: nobody listens, or another copy of the package begins tasks of itself. */
let stops: (() => void)[] | null = null

/** Let `source` begin tasks whenever somebody listens to tasks, also if somebody does already. */
export function addTaskSource(source: TaskSource): void {
	sources.push(source)
	stops?.push(source())
}

connectSource(
	[
		traceTaskBegin_Event,
		traceTaskEnd_Event,
		traceTaskName_Event,
		traceTaskLink_Event,
		traceTaskIds_Event,
		traceRegionBegin_Event,
		traceRegionEnd_Event,
		traceLog_Event,
	],
	useTasks,
)

/** There are tasks from now on, until what it returns is called. For sources of events that need them. */
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

/** Whether somebody listens to tasks. Otherwise there are none. */
export function isTracing(): boolean {
	return scope.storage !== null
}

/**
 * The task that the code which runs now belongs to. Null outside of tasks, and while nobody listens to the events of tasks.
 *
 * @example
 * import { currentTask, log } from '@tsgotrace/exec'
 * currentTask()?.identify({ user: '42' })
 */
export function currentTask(): Task | null {
	return scope.storage?.getStore() ?? null
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
		// Probes may have been detached in between.
		watching.by?.returns(outer)
	}
}

/** The rest of the callback that runs now, and what it begins, belongs to `task`. For subscribers of channels, which Node calls where the work begins. */
export function enter(task: Task): void {
	scope.storage?.enterWith(task)
	watching.by?.enters(task)
}

/** The rest of the callback that runs now, and what it begins, belongs to no task. */
export function leave(): void {
	if (currentTask() !== null) scope.storage?.enterWith(undefined as unknown as Task)
}
