// Immutable lists, with plain loops: the array methods of a traced program may be patched.

/** `list` and then `item`. */
export function append<T>(list: readonly T[], item: T): T[] {
	const longer: T[] = []
	for (let i = 0; i < list.length; i++) longer[i] = list[i]!
	longer[longer.length] = item
	return longer
}

/** `list` without `item`. */
export function without<T>(list: readonly T[], item: T): T[] {
	const shorter: T[] = []
	for (let i = 0; i < list.length; i++) if (list[i] !== item) shorter[shorter.length] = list[i]!
	return shorter
}
