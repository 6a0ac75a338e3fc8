import type { Position } from './awaits.js'

/** The only declaration of a variable in a source; null if it has none or several. */
export function declarationOf(source: string, name: string): Position | null {
	if (!/^[\w$]+$/.test(name)) return null
	const found = [
		...source.matchAll(
			new RegExp(`(?<![\\w$.])(?:let|const|var)\\s+(?=${name.replaceAll('$', '\\$&')}(?![\\w$]))`, 'g'),
		),
	]
	const [first] = found
	if (first === undefined || found.length > 1) return null
	const before = source.slice(0, first.index + first[0].length)
	return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}
