// The doc comments of events, as text and as they are written.

/**
 * The text of a JSDoc comment, given without its delimiters. The stars of its lines are removed. Null if it has no
 * text.
 */
export function docText(inner: string): string | null {
	const lines = inner.split(/\r?\n/)
	const bare = lines.map((line, i) => (i === 0 ? line.trim() : line.replace(/^\s*\*? ?/, '').trimEnd()))
	const first = bare.findIndex(line => line !== '')
	return first < 0 ? null : bare.slice(first, bare.findLastIndex(line => line !== '') + 1).join('\n')
}

/** A JSDoc comment with its line end; empty if there is no text. */
export function docComment(text: string | null): string {
	if (text === null) return ''
	const lines = text.split('\n')
	if (lines.length === 1) return `/** ${text} */\n`
	return `/**\n${lines.map(line => ` *${line === '' ? '' : ` ${line}`}\n`).join('')} */\n`
}
