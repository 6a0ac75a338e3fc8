import { closeSync, openSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { isSame, lasting, type Stamp, stampOf } from './stamp.js'
import { decode } from './text.js'

/** What the bytes of a file show before any of it is parsed. */
export interface FileLook {
	/** It contains something like a directive, anywhere. */
	readonly hit: boolean
	/** It has a directive on a line of its own. */
	readonly directive: boolean
	/** It names a ztrace module. */
	readonly user: boolean
	/** It was written by a compiler. */
	readonly compiled: boolean
}

/** The end of `trace:`. Searching for the whole word would be slower, because its first letters are so frequent. */
const needle = 'ace:'

/**
 * A directive, or text that the parser warns about because it looks like one. Text outside of comments also matches,
 * because only the compiler recognises comments. Non-ASCII characters may be spaces.
 */
const like =
	/\/\/trace:|trace:[\s\x80-\xff]*(?:event[\s\x80-\xff]+(?:async[\s\x80-\xff]+)?trace|import[\s\x80-\xff]+(?:[\w$]+[\s\x80-\xff]+)?["'])/i

/** A directive in a file that no compiler parses: on a line of its own. */
export const directiveLine: RegExp = /^([ \t]*)(\/\/trace:(?:event|import)[ \t].*)$/m

const sourceMap = /^\/\/# sourceMappingURL=/m

/** A look as a number, as stored in a state. */
const bit = { hit: 1, directive: 2, user: 4, compiled: 8 }

/** What is known about files, by their stamps. */
export interface KnownLook {
	readonly bits: number
	readonly stamp: Stamp
}

/** Reads files, but only those that have changed since they were last read. */
export class Looks {
	/** What was found in each file, with its stamp from before it was read. */
	readonly seen: Map<string, KnownLook> = new Map()
	readonly #known: ReadonlyMap<string, KnownLook>
	readonly #start: number

	/** @param start of the run, in milliseconds */
	constructor(known: ReadonlyMap<string, KnownLook> = new Map(), start = 0) {
		this.#known = known
		this.#start = start
	}

	of(path: string): FileLook {
		const known = this.#known.get(path)
		const stamp = stampOf(path, false)
		const bits = known !== undefined && isSame(known.stamp, stamp) ? known.bits : bitsOf(look(path))
		this.seen.set(path, { bits, stamp: lasting(stamp, this.#start) })
		return {
			hit: (bits & bit.hit) !== 0,
			directive: (bits & bit.directive) !== 0,
			user: (bits & bit.user) !== 0,
			compiled: (bits & bit.compiled) !== 0,
		}
	}
}

function bitsOf(seen: FileLook): number {
	return (
		(seen.hit ? bit.hit : 0) |
		(seen.directive ? bit.directive : 0) |
		(seen.user ? bit.user : 0) |
		(seen.compiled ? bit.compiled : 0)
	)
}

function look(path: string): FileLook {
	const text = bytesOf(path)
	const candidate = text.includes(needle)
	const directive = candidate && directiveLine.test(text)
	return {
		hit: candidate && like.test(text),
		directive,
		user: text.includes('/ztrace'),
		// Only evaluated for scripts with directives.
		compiled: directive && extname(path).includes('js') && sourceMap.test(text),
	}
}

let buffer = Buffer.allocUnsafe(256 * 1024)

/**
 * One buffer for all files: allocating one per file would cost more than reading. As Latin-1, because that needs no
 * decoding.
 */
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
