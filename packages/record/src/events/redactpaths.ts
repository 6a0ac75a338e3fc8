// Which parts of arguments are never written, as paths in the syntax of pino. `password` is a parameter;
// `user.password` a property of one; in `*.password` the `*` is any parameter, or any property or element at its place;
// `**.password` is a property at any depth, which pino does not have. `headers["set-cookie"]` and `users[0].name` are
// paths too.

/** The names on the path to what is not written. At least one. */
export type RedactPath = readonly string[]

const token = /\.?([^.[\]"'\s]+)|\[(?:"([^"]*)"|'([^']*)'|([^\]"'\s]+))\]/y

/** @throws TypeError if it is not a path */
export function parseRedactPath(text: string): RedactPath {
	const names: string[] = []
	token.lastIndex = 0
	while (token.lastIndex < text.length) {
		const isFirst = token.lastIndex === 0
		const match = token.exec(text)
		if (match === null || (isFirst && text.startsWith('.')) || (!isFirst && /^[^.[]/.test(match[0]))) {
			names.length = 0
			break
		}
		names.push(match[1] ?? match[2] ?? match[3] ?? match[4]!)
	}
	if (names.length === 0 || names.at(-1) === '**')
		throw new TypeError(
			`redact: '${text}' is neither a parameter nor a path such as user.password, *.password or headers["set-cookie"]`,
		)
	return names
}

/** For a property of this name: nothing of it may be written (true), or nothing at these paths within it. */
export function redactedIn(paths: readonly RedactPath[], name: string): true | readonly RedactPath[] {
	const rest: RedactPath[] = []
	for (const path of paths) {
		const [first] = path
		if (first === '**') {
			const deeper = redactedIn([path.slice(1)], name)
			if (deeper === true) return true
			rest.push(path, ...deeper)
		} else if (first === name || first === '*') {
			if (path.length === 1) return true
			rest.push(path.slice(1))
		}
	}
	return rest
}
