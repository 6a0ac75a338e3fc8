import { vocabulary, type Word } from '../graph/words.js'
import { ByteBuffer } from '../snapshot/bytes.js'
import type { SnapshotSink } from '../snapshot/sections.js'

/** A word of V8's as a small number: 0 is none of them. */
export type WordCode = number

const longest = Math.max(...vocabulary.map(word => word.length))

/** The code of a string that begins with 'global', as the classes of global objects do. */
export const globalCode: WordCode = vocabulary.length + 1

export function codeOf(word: Word): WordCode {
	return vocabulary.indexOf(word) + 1
}

/** Which strings of a snapshot are words of V8's: a byte for each string. It takes the table of strings. */
export class WordTable implements SnapshotSink {
	readonly #codes = new ByteBuffer()
	readonly #codeOf: ReadonlyMap<string, WordCode> = new Map(vocabulary.map((word, i) => [word, i + 1]))
	readonly #lengths: ReadonlySet<number> = new Set(vocabulary.map(word => word.length))
	/** The beginning of the current string. */
	readonly #head = Buffer.alloc(longest)
	#length = 0

	/** The codes of all strings, by index. */
	get codes(): Uint8Array {
		return this.#codes.slice(0)
	}

	stringPart(part: Uint8Array): void {
		if (this.#length < longest) this.#head.set(part.subarray(0, longest - this.#length), this.#length)
		this.#length += part.length
	}

	stringEnd(): void {
		this.#codes.push(this.#code())
		this.#length = 0
	}

	#code(): WordCode {
		const head = this.#head
		if (this.#lengths.has(this.#length)) {
			const code = this.#codeOf.get(head.toString('latin1', 0, this.#length))
			if (code !== undefined) return code
		}
		return this.#length >= 6 && head[0] === 0x67 && head.toString('latin1', 0, 6) === 'global' ? globalCode : 0
	}
}
