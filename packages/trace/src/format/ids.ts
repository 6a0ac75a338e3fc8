/** The trace package and the name of an event, from its id. */
export function splitId(id: string): readonly [category: string, name: string] {
	const at = id.lastIndexOf(':')
	return [id.slice(0, Math.max(at, 0)), id.slice(at + 1)]
}
