import { shortHash } from './hash.js'

/**
 * A hash of the lines that decide what a module declares and exports by some names: those that have one of them, those
 * that refer to other modules, and the rest of a list of type parameters. Other changes of a file cannot make right
 * uses of these names wrong.
 */
export function nameLines(text: string, names: readonly string[]): string {
	const words = names.map(name =>
		/^\w+$/.test(name) ? String.raw`\b${name}\b` : name.replace(/[^\w]/g, String.raw`\$&`),
	)
	const matters = new RegExp(
		[...words, String.raw`\bfrom\s*["']`, String.raw`\bexport\s*(?:type\s*)?[*=]`, String.raw`\brequire\b`].join('|'),
		'g',
	)
	const kept: string[] = []
	for (let found = matters.exec(text); found !== null; found = matters.exec(text)) {
		const start = text.lastIndexOf('\n', found.index) + 1
		const end = endOfHead(text, start)
		kept.push(text.slice(start, end).trim())
		matters.lastIndex = Math.max(end, matters.lastIndex)
	}
	return shortHash(kept.join('\n'))
}

/** The end of the first line after which all type parameters that began since `start` have ended. */
function endOfHead(text: string, start: number): number {
	let open = 0
	for (let at = start; ; ) {
		const next = text.indexOf('\n', at)
		const end = next < 0 ? text.length : next
		const line = text.slice(at, end)
		open += count(line, /</g) - count(line, /(?<!=)>/g)
		// The parameters end before the body begins.
		if (open <= 0 || next < 0 || line.trimEnd().endsWith('{')) return end
		at = end + 1
	}
}

function count(line: string, pattern: RegExp): number {
	return line.match(pattern)?.length ?? 0
}
