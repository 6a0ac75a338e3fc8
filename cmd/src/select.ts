import { matcher } from '@tsgotrace/trace/read'

/** Which events match, by the same globs as in the recorder. Without a glob, all do. */
export function selector(globs: readonly string[] | undefined): (id: string) => boolean {
	if (globs === undefined || globs.length === 0) return () => true
	const matches = matcher(globs)
	const known = new Map<string, boolean>()
	return id => {
		let is = known.get(id)
		// Bounded, because a trace of another tool may have any number of names.
		if (is === undefined && known.size < 10_000) known.set(id, (is = matches(id)))
		return is ?? matches(id)
	}
}
