// What holds the task of the current code, while tasks are followed.
import type { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from '../realm.js'
import type { Task } from './task.js'

/**
 * Shared by all copies of the package: before Node 24 each further one would make every promise of the program slower.
 */
export const scope: { storage: AsyncLocalStorage<Task> | null; users: number } = shared('scope', () => ({
	storage: null,
	users: 0,
}))

/** Whether a probe is attached to the events of tasks. Otherwise there are no tasks. */
export function isTracing(): boolean {
	return scope.storage !== null
}
