// What following tasks costs this thread: measured at one of many calls, which counts for all of them. Only while there
// is a budget.
import { shared } from '../realm.js'

/** One call in this many is measured. A power of 2. */
const measuredEvery = 64
/** What V8 and Node take to call a hook, in milliseconds: it cannot be measured from inside. */
const callCost = 0.000_1

/** Shared by all copies of the package. */
const cost = shared('cost', () => ({ isMeasured: false, ms: 0 }))

/** Measure from now on, or no longer. */
export function measureCost(on: boolean): void {
	cost.isMeasured = on
	cost.ms = 0
}

/** Milliseconds since it was taken last. */
export function takeCost(): number {
	const { ms } = cost
	cost.ms = 0
	return ms
}

/** `fn`, whose time is measured if there is a budget now. */
export function measured<A extends readonly unknown[]>(fn: (...args: A) => void): (...args: A) => void {
	if (!cost.isMeasured) return fn
	let calls = 0
	return (...args) => {
		if ((++calls & (measuredEvery - 1)) !== 0) return fn(...args)
		const began = performance.now()
		fn(...args)
		cost.ms += (performance.now() - began + callCost) * measuredEvery
	}
}

let tasks = 0

/** Something about a task is about to be emitted. @returns what {@link emitted} takes */
export function emits(): number {
	return cost.isMeasured && (++tasks & 7) === 0 ? performance.now() : 0
}

export function emitted(began: number): void {
	if (began !== 0) cost.ms += (performance.now() - began) * 8
}
