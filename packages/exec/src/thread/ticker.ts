// One timer for all that is read from time to time. It keeps no process alive.
import { isMainThread } from 'node:worker_threads'

/** Milliseconds between two readings. */
export const PERIOD = 100

type Reading = () => void

const readings = new Set<Reading>()
let end: (() => void) | null = null

/**
 * Call `read` soon, each {@link PERIOD} milliseconds while the loop turns, and once more when the process ends: a program that is over sooner has a reading too.
 * Never in the call itself, which holds the tracing lock.
 *
 * @returns a function that ends it
 */
export function repeatedly(read: Reading): () => void {
	readings.add(read)
	end ??= begin()
	return () => {
		readings.delete(read)
		if (readings.size > 0 || end === null) return
		end()
		end = null
	}
}

function begin(): () => void {
	const first = setImmediate(all)
	first.unref()
	const timer = setInterval(all, PERIOD)
	timer.unref()
	// Before other listeners: a recorder writes its last packet in one of those. A worker that the process takes down with it runs no code.
	process.prependListener('exit', all)
	return () => {
		clearImmediate(first)
		clearInterval(timer)
		process.removeListener('exit', all)
	}
}

/** What a reading throws would be an uncaught exception of the program. */
function all(): void {
	for (const read of readings)
		try {
			read()
		} catch {
			// This reading is missing.
		}
}

/** What the process has once, such as its memory, is read by its main thread alone. */
export const readsProcess: boolean = isMainThread

/** To so much as can be measured: readers show numbers as they are. */
export function rounded(value: number, step: number): number {
	const perUnit = Math.round(1 / step)
	return Math.round(value * perUnit) / perUnit
}
