import type { Bits } from './bits.js'
import { ByteBuffer, IntBuffer } from './bytes.js'

const decoder = new TextDecoder()
/**
 * A string that is not the name of a node or edge is kept up to this length only, because contents of strings make up
 * most of a snapshot.
 */
const shortest = 64
const longestPlace = 4096

/**
 * The string table of a snapshot: bytes as they are in the file, decoded on demand. Long strings that are not names are
 * not kept.
 */
export class SnapshotStrings {
	readonly #bytes = new ByteBuffer()
	readonly #starts = new IntBuffer()
	readonly #isName: Bits
	readonly #onlyNames: boolean
	readonly #cache: Map<number, string> = new Map()
	#from = 0
	#index = 0
	#offsets: Uint32Array | null = null

	/**
	 * @param isName strings that are the name of a node or edge
	 * @param onlyNames whether no others are kept
	 */
	constructor(isName: Bits, onlyNames = false) {
		this.#isName = isName
		this.#onlyNames = onlyNames
	}

	/** A part of the current string, as in the file, with escapes. */
	append(part: Uint8Array): void {
		if (part.length > 0) this.#bytes.append(part)
	}

	/** The current string is complete. */
	end(): void {
		if (!this.#isKept(this.#index++)) this.#bytes.truncate(this.#from)
		this.#starts.push(this.#from)
		this.#from = this.#bytes.length
	}

	#isKept(index: number): boolean {
		if (this.#isName.has(index)) return true
		if (this.#onlyNames) return false
		return this.#bytes.length - this.#from <= shortest || isPlace(this.#bytes.slice(this.#from))
	}

	/** There are no more strings. */
	finish(): void {
		this.#starts.push(this.#from)
		this.#offsets = this.#starts.toArray()
	}

	get count(): number {
		return this.#index
	}

	get(index: number): string {
		const known = this.#cache.get(index)
		if (known !== undefined) return known
		const text = unescape(decoder.decode(this.#raw(index)))
		if (this.#cache.size < 100_000) this.#cache.set(index, text)
		return text
	}

	/** The indexes of some plain ASCII strings; strings that do not exist are left out. */
	find(wanted: Iterable<string>): Map<string, number> {
		const byLength = new Map<number, { text: string; bytes: Uint8Array }[]>()
		const encoder = new TextEncoder()
		for (const text of wanted) {
			const bytes = encoder.encode(text)
			byLength.set(bytes.length, [...(byLength.get(bytes.length) ?? []), { text, bytes }])
		}
		const found = new Map<string, number>()
		const offsets = this.#offsets!
		for (let index = 0; index < this.#index; index++) {
			const candidates = byLength.get(offsets[index + 1]! - offsets[index]!)
			if (candidates === undefined) continue
			const raw = this.#raw(index)
			for (const { text, bytes } of candidates) if (equal(raw, bytes)) found.set(text, index)
		}
		return found
	}

	#raw(index: number): Uint8Array {
		const offsets = this.#offsets!
		return this.#bytes.slice(offsets[index] ?? 0, offsets[index + 1] ?? 0)
	}
}

/** Whether a string may be the name of a script: an absolute path, or a URL without spaces. */
function isPlace(bytes: Uint8Array): boolean {
	if (bytes.length > longestPlace) return false
	const head = decoder.decode(bytes.subarray(0, 16))
	return /^(\/|file:|https?:|webpack|[A-Za-z]:)/.test(head) && !bytes.includes(10)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
	for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
	return true
}

function unescape(text: string): string {
	if (!text.includes('\\')) return text
	try {
		return JSON.parse(`"${text}"`) as string
	} catch {
		// V8 cuts long strings, even within an escape.
		return text
	}
}
