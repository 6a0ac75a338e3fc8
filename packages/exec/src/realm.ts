// What all copies of this package in a realm share. There may be several: the CommonJS one that
// `tsgotrace record --exec` loads before the program, and the program's own. They must share the current task, use no
// id twice, and count each request once.
import { connectProducer, type TraceEvent } from '@tsgotrace/runtime'

/** The 1 is the version of the shared shapes. Within a version, only fields may be added to them. */
const key = Symbol.for('tsgotrace.exec/1')

const all = (globalThis as { [key]?: Record<string, object> })[key] ?? define()

function define(): Record<string, object> {
	const value = {}
	Object.defineProperty(globalThis, key, { value })
	return value
}

/**
 * The same object in all copies of the package, created by the first one that needs it. Plain data, or functions that
 * any copy may call.
 */
export function shared<T extends object>(name: string, make: () => T): T {
	return (all[name] ??= make()) as T
}

interface Contender {
	readonly start: () => () => void
	stop: (() => void) | null
}

/**
 * Like `connectProducer`, but only the first of several copies of the package runs; when it stops, the next one takes
 * over. Events of all copies have the same probes, unless a probe was attached to a descriptor.
 */
export function connectOnce(name: string, events: readonly TraceEvent[], start: () => () => void): void {
	connectProducer(events, () => contend(name, start))
}

/** Run `start` now, or after the copies before it have stopped. @returns a function that stops it */
export function contend(name: string, start: () => () => void): () => void {
	const queue = shared<Contender[]>(`source:${name}`, () => [])
	const own: Contender = { start, stop: null }
	queue.push(own)
	if (queue[0] === own) run(own, queue)
	return () => {
		const isFirst = queue[0] === own
		queue.splice(queue.indexOf(own), 1)
		own.stop?.()
		if (isFirst && queue[0] !== undefined) run(queue[0], queue)
	}
}

/** A copy that cannot start does not prevent the others from starting. @throws what `start` throws */
function run(contender: Contender, queue: Contender[]): void {
	try {
		contender.stop = contender.start()
	} catch (error) {
		queue.splice(queue.indexOf(contender), 1)
		throw error
	}
}
