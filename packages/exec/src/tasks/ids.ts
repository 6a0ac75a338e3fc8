import { threadId } from 'node:worker_threads'
import { shared } from '../realm.js'

/** Ids of a thread begin here, so that they differ between the threads of a process and are still exact numbers. */
const idsOfThread = threadId * 2 ** 32

const ids = shared('ids', () => ({ given: 0 }))

/** An id for a task, region or call: unique among the threads of the process, and never reused. Never 0. */
export function nextId(): number {
	return idsOfThread + ++ids.given
}
