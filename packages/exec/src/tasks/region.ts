/// <reference lib="esnext.disposable" preserve="true" />
import { nextId } from './ids.js'
import { currentTask } from './scope.js'
import { isTracing } from './storage.js'
import { traceRegionBegin, traceRegionEnd } from './ztrace.js'

/** A named part of a task begins. `task` is 0 outside of tasks. */
//trace:event traceRegionBegin(region: number, name: string, task: number)

/** A region ends. */
//trace:event traceRegionEnd(region: number)

/** A shared region that does nothing, so that regions cost nothing while no probe is attached. */
const nothing: Disposable = { [Symbol.dispose]() {} }

/**
 * A named part of a task: `using _ = region('render')`, to the end of the block.
 *
 * @example
 * import { region } from '@tsgotrace/exec'
 * const parsing = region('parse')
 * JSON.parse('{}')
 * parsing[Symbol.dispose]()
 */
export function region(name: string): Disposable
/**
 * Run `fn` as a named part of a task. It ends when `fn` returns or throws, or when the promise that it returns settles.
 *
 * @returns what `fn` returns; a promise of it, if that is a promise
 * @throws what `fn` throws. TypeError for an invalid name or function
 * @example
 * import { region } from '@tsgotrace/exec'
 * const rows = await region('database', async () => [1, 2])
 */
export function region<T>(name: string, fn: () => T): T
export function region<T>(name: string, fn?: () => T): T | Disposable {
	if (typeof name !== 'string' || name === '') throw new TypeError('region: the name must be a non-empty string')
	if (fn !== undefined && typeof fn !== 'function')
		throw new TypeError(`region '${name}': the second argument must be a function`)
	const task = currentTask()
	if (!isTracing() || task?.sampled === false) return fn === undefined ? nothing : fn()
	const id = nextId()
	traceRegionBegin(id, name, task?.id ?? 0)
	if (fn === undefined) return new OpenRegion(id)
	let result: T
	try {
		result = fn()
	} catch (error) {
		traceRegionEnd(id)
		throw error
	}
	if (result instanceof Promise) return settled(id, result) as T
	traceRegionEnd(id)
	return result
}

/** Ends only once, however often it is disposed. */
class OpenRegion implements Disposable {
	#id: number

	constructor(id: number) {
		this.#id = id
	}

	[Symbol.dispose](): void {
		if (this.#id !== 0) traceRegionEnd(this.#id)
		this.#id = 0
	}
}

async function settled(id: number, promise: Promise<unknown>): Promise<unknown> {
	try {
		return await promise
	} finally {
		traceRegionEnd(id)
	}
}
