import { context } from '../platform/context.js'
import type { Task } from './task.js'
import type { World } from './world.js'

/** Which execution of which body runs, and in which of its tasks. */
export interface Here {
	readonly world: World
	readonly task: Task<unknown>
}

/** Where the code that runs now belongs. */
export function here(): Here | undefined {
	return context.getStore() as Here | undefined
}

/** The execution in which a promise was made; asked in a listener to which Node reports its rejection. */
export function worldOf(promise: object): World | undefined {
	return (context.storeOf(promise) as Here | undefined)?.world
}
