import { originals } from './originals.js'
import { tracking, untracked } from './tracking.js'

/**
 * Call `callback` once all microtasks have run, and all that `process.nextTick` has deferred.
 *
 * A tick that a microtask asks for runs when no microtask is left. Ticks run in order: when ours comes, those that the
 * traced code had asked for before have run. If it has asked for another one meanwhile, we queue up behind that one
 * again.
 */
export function drained(callback: () => void): void {
	const seen = tracking.ticks
	const check = (): void => {
		if (tracking.ticks === seen) callback()
		else drained(callback)
	}
	originals.microtask(() => untracked(() => originals.nextTick(check)))
}

/**
 * Run all microtasks, and all that `process.nextTick` has deferred, before it returns: what Node does between two
 * timers. Not in a microtask, where it would do nothing.
 *
 * @returns false if this Node cannot do so. It takes a function of Node that is not documented: {@link drained} is the
 * way then
 * @throws what a callback of `process.nextTick` throws; others are left then
 */
export function drainNow(): boolean {
	if (runAll === undefined) return false
	runAll()
	return true
}
const runAll = found()

function found(): (() => void) | undefined {
	const { _tickCallback: run } = process as { _tickCallback?: unknown }
	return typeof run === 'function' ? (run as () => void) : undefined
}

/**
 * As {@link drained}; but callbacks that lead to each other, one after the other, need no tick for each: all are called
 * in that of the first one, and what is pending is run between them. A search has thousands of them a second.
 */
export function chained(callback: () => void): void {
	if (chain !== undefined) chain.push(callback)
	else drained(() => runChain(callback))
}

/** Wait until no callback of {@link chained} is on the stack: other code would be taken for what it has called. */
export function unchained(): Promise<void> {
	return new Promise(resolve => {
		if (chain === undefined) resolve()
		else whenUnchained.push(resolve)
	})
}

/** What is to be called; undefined while none of it is. */
let chain: (() => void)[] | undefined
const whenUnchained: (() => void)[] = []

function runChain(first: () => void): void {
	// Another one may have begun meanwhile.
	if (chain !== undefined || runAll === undefined) return first()
	const callbacks: (() => void)[] = (chain = [])
	try {
		for (let next: (() => void) | undefined = first; next !== undefined; next = callbacks.shift()) {
			next()
			runAll()
		}
	} finally {
		chain = undefined
		// After an error of the traced code in its own callback.
		for (const left of callbacks) chained(left)
		// Their microtasks run when this callback has returned.
		for (const resolve of whenUnchained.splice(0)) resolve()
	}
}

/**
 * One turn of the event loop: microtasks, ticks, timers that are due, I/O that is ready, immediates, and what all of
 * these lead to.
 */
export function turn(callback: () => void): void {
	drained(() => untracked(() => originals.setImmediate(() => drained(callback))))
}

/** Continue after `ms` milliseconds of real time, or one turn of the event loop if that is 0. */
export function later(ms: number, callback: () => void): void {
	if (ms <= 0) turn(callback)
	else untracked(() => originals.setTimeout(() => drained(callback), ms))
}
