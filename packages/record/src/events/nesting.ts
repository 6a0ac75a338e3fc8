import type { Lanes, OpenSlice } from './openslice.js'

/** Maximum tracked nesting depth. Without a limit, begins that never end would keep each other alive. */
const maxDepth = 1000

/** @returns whether it is now inside `outer`, if there is one. Too deep nesting is not tracked */
export function nest(slice: OpenSlice, outer: OpenSlice | undefined): boolean {
	if (outer === undefined) return true
	if (outer.depth >= maxDepth) return false
	slice.outer = outer
	slice.depth = outer.depth + 1
	return true
}

/** @returns the slice that enclosed it */
export function unnest(slice: OpenSlice): OpenSlice | undefined {
	const { outer } = slice
	if (outer === undefined) return undefined
	slice.outer = undefined
	slice.depth = 0
	return outer
}

/** The same; the enclosing slice is the open one of the key again, unless it has ended. */
export function unnestKey(lanes: Lanes, key: unknown, slice: OpenSlice): void {
	const outer = unnest(slice)
	if (outer?.open) lanes.byKey.put(key, outer)
}

/** The track of the innermost recorded slice, from an open one outwards; 0 if there is none. */
export function uuidAround(around: OpenSlice): number {
	let slice: OpenSlice | undefined = around
	while (slice !== undefined && !(slice.open && slice.track != null)) slice = slice.outer
	return slice?.track?.uuid ?? 0
}

/** Chains stay short: ended slices are left out. */
export function openOf(slice: OpenSlice | undefined): OpenSlice | undefined {
	while (slice !== undefined && !slice.open) slice = slice.outer
	return slice
}
