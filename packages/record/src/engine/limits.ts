import { checkNames } from './checknames.js'
import { checkNumber } from './checknumber.js'

/** How much of an argument is written. */
export interface Limits {
	/** Longest string in UTF-16 units; the rest is cut, and its length is noted. Default 1024, at most 4096. */
	readonly string: number
	/** Elements of an array, properties of an object. Default 32. */
	readonly elements: number
	/** Depth of nested objects. Default 4. */
	readonly depth: number
}

const defaultLimits: Limits = { string: 1024, elements: 32, depth: 4 }

/** Maximum bytes of arguments in one event. What follows is written as `[cut]`. */
export const eventBudget = 16_384

/** Longest string that is interned, in UTF-16 units: longer ones are not worth an entry in the table. */
export const maxInternedLength = 256

/**
 * One event in this many is timed, for each site; its duration counts for all of them. A power of 2. The first
 * {@link firstTimed} are timed too, and count for themselves.
 */
export const timedEvery = 1024
export const firstTimed = 63
/** From this one on an event is as fast as later ones: the first ones compile code and fill caches. */
export const firstWarm = 32

/** Whether the `n`th event of a site is timed. */
export function isTimed(n: number): boolean {
	return n <= firstTimed || (n & (timedEvery - 1)) === 0
}

/** Adds the duration of the `n`th event of a site, which is timed, to the counts of {@link Memory}. */
export function addTime(counts: Float64Array, n: number, ms: number): void {
	const ns = ms * 1e6
	const weight = n <= firstTimed ? 1 : n === timedEvery ? timedEvery - firstTimed : timedEvery
	counts[0] = counts[0]! + ns * weight
	if (n >= firstWarm) counts[1] = counts[1]! + ns
}

/**
 * In each {@link timedEvery} events, encoders call `measured` for the first {@link measuredCalls}, though one call
 * would do. So V8 has seen the call before it optimises the caller: when code reaches a branch for the first time, V8
 * discards the optimised version.
 */
export const measuredCalls = 64

/**
 * Room that one event may take on the general path: the budget, one more string of maximum length (3 bytes a unit), the
 * ends of open slices, and the definitions of its interned strings.
 */
export const eventRoom = 49_152

/** @throws TypeError for an unknown limit, RangeError for one that is not an integer in its range */
export function checkLimits(limits: Partial<Limits> = {}): Limits {
	checkNames('record: limits', limits, { string: true, elements: true, depth: true } satisfies Record<
		keyof Limits,
		true
	>)
	const all = { ...defaultLimits, ...limits }
	const check = (name: keyof Limits, max: number): number => checkNumber(`limits.${name}`, all[name], 0, max, true)
	check('string', 4096)
	check('elements', 1000)
	check('depth', 16)
	return all
}
