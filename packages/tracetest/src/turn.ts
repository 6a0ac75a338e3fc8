import { census } from './census.js'
import { originals } from './originals.js'

/**
 * Call `callback` once all microtasks have run, and all that `process.nextTick` has deferred.
 *
 * A tick that a microtask asks for runs when no microtask is left. Ticks run in order: when ours comes, those that the traced code
 * had asked for before have run. If it has asked for another one meanwhile, we queue up behind that one again.
 */
export function drained(callback: () => void): void {
	const seen = census.ticks
	originals.queueMicrotask(() =>
		census.untracked(() =>
			originals.nextTick(() => {
				if (census.ticks === seen) callback()
				else drained(callback)
			}),
		),
	)
}

/** One turn of the event loop: microtasks, ticks, timers that are due, I/O that is ready, immediates, and what all of these lead to. */
export function turn(callback: () => void): void {
	drained(() => census.untracked(() => originals.setImmediate(() => drained(callback))))
}

/** Continue after `ms` milliseconds of real time, or one turn of the event loop if that is 0. */
export function later(ms: number, callback: () => void): void {
	if (ms <= 0) turn(callback)
	else census.untracked(() => originals.setTimeout(() => drained(callback), ms))
}
