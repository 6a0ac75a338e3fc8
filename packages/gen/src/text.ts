import { readFileSync } from 'node:fs'

const mark = '\uFEFF'

/**
 * The text of a file without the byte order mark that some editors write: offsets count from behind it, as the
 * compiler's do.
 */
export function readText(path: string): string {
	return decode(readFileSync(path)).text
}

/** `text` without a byte order mark. */
export function withoutMark(text: string): string {
	return text.startsWith(mark) ? text.slice(mark.length) : text
}

/** A text, and how to write another in its place. */
export interface Decoded {
	/** Without a byte order mark. */
	readonly text: string
	/** The bytes of a text in the encoding of the file, with its byte order mark if it has one. */
	readonly encode: (text: string) => Buffer
}

/** Understand bytes as compilers do: UTF-8, or the UTF-16 that a byte order mark announces. */
export function decode(bytes: Buffer): Decoded {
	if (bytes[0] === 0xff && bytes[1] === 0xfe)
		return { text: bytes.toString('utf16le', 2), encode: text => Buffer.from(mark + text, 'utf16le') }
	if (bytes[0] === 0xfe && bytes[1] === 0xff) {
		const swapped = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2))).swap16()
		return { text: swapped.toString('utf16le'), encode: text => Buffer.from(mark + text, 'utf16le').swap16() }
	}
	const whole = bytes.toString('utf8')
	const text = withoutMark(whole)
	return { text, encode: other => Buffer.from(whole.slice(0, whole.length - text.length) + other) }
}
