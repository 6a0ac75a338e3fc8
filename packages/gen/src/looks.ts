import { closeSync, openSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { decode } from './text.js'

/** What the bytes of a file tell before any of it is parsed. */
export interface Look {
	/** Something like a directive, in any place. */
	readonly hit: boolean
	/** A directive on a line of its own. */
	readonly directive: boolean
	/** It names a ztrace module. */
	readonly user: boolean
	/** A compiler made it. */
	readonly compiled: boolean
}

/** The end of `trace:`: the whole word would be found more slowly, because its first letters are so frequent. */
const needle = 'ace:'

/**
 * A directive, or what the parser warns of because it looks like one. Text that is not in a comment still passes: only the compiler
 * knows comments. What is not ASCII may be a space.
 */
const like =
	/\/\/trace:|trace:[\s\x80-\xff]*(?:event[\s\x80-\xff]+(?:async[\s\x80-\xff]+)?trace|import[\s\x80-\xff]+(?:[\w$]+[\s\x80-\xff]+)?["'])/i

/** A directive where no compiler tells what is a comment: on a line of its own. */
export const directiveLine: RegExp = /^([ \t]*)(\/\/trace:(?:event|import)[ \t].*)$/m

const sourceMap = /^\/\/# sourceMappingURL=/m

/** Looks at files, each time anew. */
export class Looks {
	of(path: string): Look {
		const text = bytesOf(path)
		const candidate = text.includes(needle)
		const directive = candidate && directiveLine.test(text)
		return {
			hit: candidate && like.test(text),
			directive,
			user: text.includes('/ztrace'),
			// Asked of scripts with directives only.
			compiled: directive && extname(path).includes('js') && sourceMap.test(text),
		}
	}
}

let buffer = Buffer.allocUnsafe(256 * 1024)

/** One buffer for all files: allocating one each would cost more than reading. As Latin-1, which no byte has to be decoded for. */
function bytesOf(path: string): string {
	const fd = openSync(path, 'r')
	let n: number
	try {
		n = readSync(fd, buffer, 0, buffer.length, 0)
		while (n === buffer.length) {
			buffer = Buffer.allocUnsafe(buffer.length * 4)
			n = readSync(fd, buffer, 0, buffer.length, 0)
		}
	} finally {
		closeSync(fd)
	}
	if (n > 1 && buffer[0]! >= 0xfe && buffer[1]! >= 0xfe) return decode(buffer.subarray(0, n)).text
	return buffer.toString('latin1', 0, n)
}
