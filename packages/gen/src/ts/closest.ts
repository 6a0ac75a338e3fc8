import { distance } from 'fastest-levenshtein'

/** Whichever of `items` `name` was probably meant to be, if the name of one is within `max` edits. */
export function closest<T>(
	name: string,
	items: Iterable<T>,
	nameOf: (item: T) => string,
	// Short names are near to everything.
	max: number = name.length < 3 ? 0 : Math.max(1, Math.floor(name.length / 3)),
): T | undefined {
	let best: T | undefined
	let bestDistance = max + 1
	for (const item of items) {
		const other = nameOf(item)
		if (Math.abs(other.length - name.length) >= bestDistance) continue
		const d = distance(name.toLowerCase(), other.toLowerCase())
		if (d < bestDistance) [best, bestDistance] = [item, d]
	}
	return best
}
