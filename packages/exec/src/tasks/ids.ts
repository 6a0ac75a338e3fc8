import { threadId } from 'node:worker_threads'
import { shared } from '../realm.js'

/** Ids of a thread begin here, so that no two threads of a process have the same, and still are numbers that are exact. */
const idsOfThread = threadId * 2 ** 32

const ids = shared('ids', () => ({ given: 0 }))

/** An id for a task, region or call: unique in the process, over its threads, and never used again. Never 0. */
export function nextId(): number {
	return idsOfThread + ++ids.given
}
