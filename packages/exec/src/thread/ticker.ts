// One timer for everything that is sampled periodically. It does not keep the process alive.
/** Milliseconds between two samples. */
export const tickPeriod = 100

type Tick = () => void

const readings = new Set<Tick>()
let end: (() => void) | null = null

/**
 * Call `read` soon, every {@link tickPeriod} milliseconds while the loop turns, and once more when the process ends: so
 * a program that ends sooner has a sample too. Never in the call itself, which holds the tracing lock.
 *
 * @returns a function that stops this
 */
export function repeatedly(read: Tick): () => void {
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
	const timer = setInterval(all, tickPeriod)
	timer.unref()
	// Before other listeners: a recorder writes its last packet in one of those. A worker that the process takes down
	// with it runs no code.
	process.prependListener('exit', all)
	return () => {
		clearImmediate(first)
		clearInterval(timer)
		process.removeListener('exit', all)
	}
}

/** An error while sampling would be an uncaught exception of the program. */
function all(): void {
	for (const read of readings)
		try {
			read()
		} catch {
			// This sample is left out.
		}
}

/** What exists once per process, such as its memory, is sampled by its main thread only. */
export function readsProcess(): boolean {
	return process.getBuiltinModule('node:worker_threads').isMainThread
}

/** Round to the measured precision, because readers show numbers as they are. */
export function rounded(value: number, step: number): number {
	const perUnit = Math.round(1 / step)
	return Math.round(value * perUnit) / perUnit
}
