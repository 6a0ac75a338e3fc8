// Places in the program, from stacks.

const frames = 16

/**
 * `file:line:column` of the functions that run now, innermost first; null where a function has no place. The first one
 * is this function. Empty if there is no stack.
 */
export function placesOfStack(): (string | null)[] {
	const before = Error.stackTraceLimit
	try {
		Error.stackTraceLimit = frames
		const { stack } = new Error()
		return typeof stack === 'string' ? stack.split('\n').slice(1).map(placeOf) : []
	} catch {
		// A program may have frozen it, or may prepare stacks in its own way.
		return []
	} finally {
		try {
			Error.stackTraceLimit = before
		} catch {
			// As above.
		}
	}
}

/** Of `    at name (file:line:column)`, what is in the parentheses. */
function placeOf(line: string): string | null {
	const place = /\(([^()]+:\d+:\d+)\)$/.exec(line)?.[1] ?? /^\s*at (?:async )?(\S.*:\d+:\d+)$/.exec(line)?.[1] ?? null
	return place?.replace(/^file:\/\/(?=\/)/, '') ?? null
}
