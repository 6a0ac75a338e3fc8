import { census } from '../platform/census.js'
import { originals } from '../platform/originals.js'

/**
 * Places where actions are injected: where all microtasks have run; the end of a callback of Node, after which they
 * will; an event.
 */
export type Moment = typeof rest | typeof callback | typeof event
export const rest = 0
export const callback = 1
export const event = 2

/** Where a deviation was applied. */
export interface DeviationMark {
	/** The numbers of the next decision, occurrence, arrival and callback that is asked for, after it. */
	readonly decision: number
	readonly occurrence: number
	readonly arrival: number
	readonly request: number
	/** The fingerprint there. */
	readonly hash: number
	/** Of a callback that is held back: the number of the next occurrence after it came. */
	from?: number
	/** Of a held task or callback: the number of the next occurrence after it went on. */
	until?: number
}

/** Call `fn` after a number of microtasks; 0: at once. */
export function afterMicrotasks(count: number, fn: () => void): void {
	let left = count
	const run = (): void => {
		if (left-- > 0) originals.microtask(run)
		else fn()
	}
	if (count === 0) fn()
	else census.untracked(run)
}
