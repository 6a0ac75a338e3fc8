import { AsyncLocalStorage } from 'node:async_hooks'
import type { Task } from './task.js'
import type { World } from './world.js'

/** Which execution of which body runs here, and in which of its tasks. Follows awaits, timers and callbacks. */
export interface Context {
	readonly world: World
	readonly task: Task<unknown>
}

export const context: AsyncLocalStorage<Context> = new AsyncLocalStorage<Context>()
