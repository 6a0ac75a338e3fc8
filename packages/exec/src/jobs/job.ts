// A job: what the event loop calls outside of tasks. It ends when its function returns, or, if that began something
// asynchronous, when the first promise that it made has settled.

import { textOfError } from '../tasks/errors.js'
import { enter } from '../tasks/scope.js'
import { Task } from '../tasks/task.js'

/** Not what the program, or fake timers, put in its place later. */
const { queueMicrotask } = globalThis

export interface Jobs {
	/** A job begins in this callback of the loop. */
	begin(name: string, kind: string): Task
	/** The loop calls back: what ran before has returned. */
	returned(): void
	stop(): void
}

export function followJobs(): Jobs {
	const { promiseHooks } = process.getBuiltinModule('node:v8')
	/** The job whose function has not returned yet, and the promise that ends it. */
	let job: Task | null = null
	let promise: object | null = null
	let stopInit: (() => void) | null = null
	let stopSettled: (() => void) | null = null
	const ends = new WeakMap<object, Task>()
	/** Jobs that wait for their promise. */
	const open = new Set<Task>()

	const onInit = (created: object, parent: object | undefined): void => {
		// The first one, or the chain on it: `load().then(store)` ends with the last.
		if (job !== null && (promise === null ? parent === undefined : parent === promise)) promise = created
	}
	const onSettled = (settled: object): void => {
		if (settled === promise) {
			promise = null
			return
		}
		const task = ends.get(settled)
		if (task === undefined) return
		open.delete(task)
		task.end('returned')
		if (open.size === 0) unhook()
	}
	const unhook = (): void => {
		stopSettled?.()
		stopSettled = null
	}
	const returned = (): void => {
		const task = job
		if (task === null) return
		job = null
		stopInit?.()
		stopInit = null
		if (promise === null || task.ended !== null) task.end('returned')
		else {
			ends.set(promise, task)
			open.add(task)
		}
		promise = null
		if (open.size === 0) unhook()
	}
	const failed = (error: unknown): void => {
		// An error in the function itself: the program ends, or has a listener for this.
		if (job === null) return
		job.end('threw', textOfError(error))
		returned()
	}
	process.on('uncaughtExceptionMonitor', failed)
	return {
		begin(name, kind) {
			returned()
			const task = new Task({ name, kind, parent: null })
			enter(task)
			stopInit = promiseHooks.onInit(onInit) as () => void
			stopSettled ??= promiseHooks.onSettled(onSettled) as () => void
			job = task
			// Before the microtasks of the job.
			queueMicrotask(() => {
				if (job === task) returned()
			})
			return task
		},
		returned,
		stop() {
			returned()
			unhook()
			process.removeListener('uncaughtExceptionMonitor', failed)
		},
	}
}
