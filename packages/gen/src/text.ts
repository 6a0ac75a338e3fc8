import { readFileSync } from 'node:fs'

const mark = '\uFEFF'

/** The text of a file without the byte order mark that some editors write: offsets count from behind it, as the compiler's do. */
export function readText(path: string): string {
	return withoutMark(readFileSync(path, 'utf8'))
}

/** `text` without a byte order mark. */
export function withoutMark(text: string): string {
	return text.startsWith(mark) ? text.slice(mark.length) : text
}

/** The byte order mark that `text` begins with, or nothing. */
export function markOf(text: string): string {
	return text.startsWith(mark) ? mark : ''
}
