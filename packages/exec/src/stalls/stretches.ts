// Intervals in which the thread does not reach its next callback.
import { createHook, executionAsyncResource } from 'node:async_hooks'
import { reasonOf } from '../states/reasons.js'
import { currentTask } from '../tasks/scope.js'

/** The minimum duration of a stall, in milliseconds. */
const minStall = 20

/** A callback of the event loop with its microtasks. Times are milliseconds of `performance.now()`. */
export interface Stretch {
	readonly began: number
	readonly ended: number
	/** The task that the event loop called back. The microtasks may belong to others. */
	readonly task: { readonly id: number; readonly name: string } | null
}

/**
 * Call `found` with each interval of {@link LEAST} or more, when the next callback begins. For a Node that can hook
 * into callbacks of the loop only.
 *
 * @returns a function that stops this
 */
export function followStretches(found: (stretch: Stretch) => void): () => void {
	const { nodeTiming } = performance
	/** NaN before the first callback, because what ran before it is unknown. */
	let began = Number.NaN
	let idle = nodeTiming.idleTime
	let task: Stretch['task'] = null
	const before = (): void => {
		try {
			// Ticks, and callbacks in an AsyncResource of the program, are part of the callback that they follow.
			if (reasonOf(executionAsyncResource()) === null) return
			const now = performance.now()
			const slept = nodeTiming.idleTime
			const ended = now - (slept - idle)
			if (ended - began >= minStall) found({ began, ended, task })
			began = now
			idle = slept
			task = currentTask()
		} catch {
			// An error in a hook would end the program, so this interval is left out.
		}
	}
	const hook = createHook({ before, trackPromises: false } as Parameters<typeof createHook>[0])
	hook.enable()
	return () => hook.disable()
}
