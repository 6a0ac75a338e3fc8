import { parseTraceParent, type TraceParent } from '../propagation/traceparent.js'
import { beginsHere } from './beginsite.js'
import { textOfError } from './errors.js'
import { guard, release } from './lost.js'
import { currentTask, runIn } from './scope.js'
import { isTracing } from './storage.js'
import { samplingFrom, Task, type TaskKind } from './task.js'

/** Options of {@link task} and {@link spawn}. */
export interface TaskOptions {
	/**
	 * What the task is part of. Default: the task that begins it. `null`: no task. A string: a W3C traceparent, of the
	 * caller in another process or thread.
	 */
	readonly parent?: Task | string | null
	/** Other tasks that caused it: tasks, or traceparents of tasks elsewhere. A job that processes a batch has many. */
	readonly links?: readonly (Task | string)[]
	/** Ids to store with it, such as `{ request, session, user, transaction }`. */
	readonly ids?: Readonly<Record<string, string>>
	/** Values that are sent along with requests to other processes, as W3C baggage. Tasks that it begins inherit them. */
	readonly baggage?: Readonly<Record<string, string>>
	/**
	 * If it is aborted when the function throws, the task counts as aborted. So does one whose function throws an
	 * `AbortError`.
	 */
	readonly signal?: AbortSignal
}

/**
 * Run `fn` as a task: a unit of work with an identity across its awaits, timers and callbacks. It ends when `fn`
 * returns or throws, or when the promise that it returns settles.
 *
 * While no probe is attached to the events of tasks, this only calls `fn`.
 *
 * @param fn gets the task, or null while no probe is attached
 * @returns what `fn` returns; a promise of it, if that is a promise
 * @throws what `fn` throws. TypeError for an invalid name, function or parent
 * @example
 * import { log, region, task } from '@tsgotrace/exec'
 * await task('GET /item', async () => {
 * 	await region('database', async () => log('sql', 'select 1'))
 * })
 */
export function task<T>(name: string, fn: (task: Task | null) => T, options: TaskOptions = {}): T {
	check('task', name, fn)
	if (!isTracing()) return fn(null)
	return perform(begun(name, 'task', options), fn, options.signal)
}

/**
 * Begin work that its caller does not wait for, as a separate task. It is linked to the task that begins it, but not
 * part of it, so it may end later.
 *
 * If `fn` throws or rejects, this is an uncaught exception or unhandled rejection, as for a function that is called
 * without `await`.
 *
 * @throws what `fn` throws before its first await. TypeError for an invalid name, function or parent
 * @example
 * import { spawn } from '@tsgotrace/exec'
 * spawn('refresh cache', async () => {})
 */
export function spawn(name: string, fn: (task: Task | null) => unknown, options: TaskOptions = {}): void {
	check('spawn', name, fn)
	if (!isTracing()) {
		fn(null)
		return
	}
	const from = currentTask()
	const links = [...(from === null ? [] : [from]), ...(options.links ?? [])]
	void perform(begun(name, 'spawn', { parent: null, ...options, links }, samplingFrom(from)), fn, options.signal)
}

function check(what: string, name: unknown, fn: unknown): void {
	if (typeof name !== 'string' || name === '') throw new TypeError(`${what}: the name must be a non-empty string`)
	if (typeof fn !== 'function')
		throw new TypeError(`${what} '${name}': give the function to run as the second argument`)
}

function begun(
	name: string,
	kind: TaskKind,
	{ parent = currentTask(), ...rest }: TaskOptions,
	sampled?: boolean,
): Task {
	if (typeof parent !== 'string')
		return new Task({ name, kind, parent, sampled: samplingFrom(parent) ?? sampled, ...rest })
	return new Task({ name, kind, parent: null, remote: remoteOf(name, parent), sampled, ...rest })
}

function remoteOf(name: string, text: string): TraceParent {
	const remote = parseTraceParent(text)
	if (remote === null)
		throw new TypeError(`task '${name}': parent is not a W3C traceparent: ${JSON.stringify(text.slice(0, 80))}`)
	return remote
}

function perform<T>(task: Task, fn: (task: Task) => T, signal: AbortSignal | undefined): T {
	beginsHere(task)
	try {
		// The end runs in the task too, because it resumes the code that waits for the task. And a thenable may begin its
		// work only when it is awaited.
		return runIn(task, () => {
			let result: T
			try {
				result = fn(task)
			} catch (error) {
				endBy(task, error, signal)
				throw error
			}
			if (isThenable(result)) {
				// Another thenable may be collected while the work that it began goes on.
				if (result instanceof Promise) guard(task, result)
				return settled(task, result, signal) as T
			}
			task.end('returned')
			return result
		})
	} catch (error) {
		// The task could not begin or end, because the stack is full.
		if (task.ended === null) endBy(task, error, signal)
		throw error
	}
}

async function settled(task: Task, promise: PromiseLike<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
	try {
		const value = await promise
		release(task)
		task.end('returned')
		return value
	} catch (error) {
		release(task)
		endBy(task, error, signal)
		throw error
	}
}

function endBy(task: Task, error: unknown, signal: AbortSignal | undefined): void {
	task.end(signal?.aborted === true || nameOf(error) === 'AbortError' ? 'aborted' : 'threw', textOfError(error))
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
	return value instanceof Promise || typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : ''
}
