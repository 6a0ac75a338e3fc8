import { matcher } from '@tsgotrace/trace/read'

/** Which events are meant, by globs as those of the recorder. Without a glob: all. */
export function selector(globs: readonly string[] | undefined): (id: string) => boolean {
	if (globs === undefined || globs.length === 0) return () => true
	const matches = matcher(globs)
	const known = new Map<string, boolean>()
	return id => {
		let is = known.get(id)
		// Bounded, though a trace of another tool may have any number of names.
		if (is === undefined && known.size < 10_000) known.set(id, (is = matches(id)))
		return is ?? matches(id)
	}
}
