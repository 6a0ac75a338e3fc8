import { shared } from '../realm.js'

/**
 * Ids of a thread begin here, so that they differ between the threads of a process and are still exact numbers. Not
 * known before the first one, as `node:worker_threads` takes its time to load.
 */
let idsOfThread: number | undefined

const ids = shared('ids', () => ({ given: 0 }))

/** An id for a task, region or call: unique among the threads of the process, and never reused. Never 0. */
export function nextId(): number {
	idsOfThread ??= process.getBuiltinModule('node:worker_threads').threadId * 2 ** 32
	return idsOfThread + ++ids.given
}
