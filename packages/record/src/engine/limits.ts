import { checkNumber } from './checknumber.js'

/** How much of an argument is written. */
export interface Limits {
	/** Longest string in UTF-16 units; the rest is cut and counted. Default 1024, at most 4096. */
	readonly string: number
	/** Elements of an array, properties of an object. Default 32. */
	readonly elements: number
	/** Objects in objects. Default 4. */
	readonly depth: number
}

const defaultLimits: Limits = { string: 1024, elements: 32, depth: 4 }

/** After so many bytes of arguments in one event, what follows is `[cut]`. */
export const EVENT_BUDGET = 16_384

/** Longer strings are not worth a place in a table. In UTF-16 units. */
export const INTERN_LENGTH = 256

/** Of so many events of a site, the time of one is measured, and counts for all of them. A power of 2. */
export const MEASURED = 1024

/** Whether the `n`th event of a site is measured. */
export function isMeasured(n: number): boolean {
	return (n & (MEASURED - 1)) === 0
}

/**
 * Of each {@link MEASURED} events, encoders tell of the first so many that they are over, though one would do. So V8 has seen the call before it optimises
 * what makes it: the first time that something is done, it throws optimised code away.
 */
export const TOLD = 64

/**
 * Room that one event may take on the general path: the budget, one more string of the greatest length (3 bytes a unit), the ends of what is
 * open, and the definitions of its interned strings.
 */
export const EVENT_ROOM = 49_152

/** @throws RangeError for a limit that is no integer in its range */
export function checkLimits(limits: Partial<Limits> = {}): Limits {
	const all = { ...defaultLimits, ...limits }
	const check = (name: keyof Limits, most: number): number => checkNumber(`limits.${name}`, all[name], 0, most, true)
	check('string', 4096)
	check('elements', 1000)
	check('depth', 16)
	return all
}
