import { unique } from './natives.js'

/** An interned string of the program. */
export interface InternedString {
	readonly text: string
	readonly iid: number
	/** The state that defined it last. */
	epoch: number
	/** The packet that defines it, for later states. */
	readonly packet: Uint8Array
}

/** Maximum number of strings in the table. */
const tableSize = 4096
/** Size of the cache in front of the table. A power of 2. */
const cacheSize = 512

const nothing: InternedString = { text: '', iid: 0, epoch: 0, packet: new Uint8Array() }

/**
 * The interned strings of arguments, by their text. In front of the map is a cache with one entry for each value of a
 * cheap hash, which holds the string found last: it answers most look-ups, at half the cost of the map. Strings with
 * the same length and the same hashed characters share an entry.
 */
export class StringTable {
	readonly #byText = new Map<string, InternedString>()
	readonly #recent: InternedString[] = Array.from({ length: cacheSize }, () => nothing)

	get(text: string): InternedString | undefined {
		const n = text.length
		if (n < 2) return this.#byText.get(text)
		const at =
			(n + text.charCodeAt(n - 1) * 7 + text.charCodeAt(n - 2) * 61 + text.charCodeAt(n >> 1) * 31) & (cacheSize - 1)
		const recent = this.#recent[at]!
		return recent.text === text ? recent : this.#find(text, at)
	}

	/** A separate function, so that the frequent path stays short where it is inlined. */
	#find(text: string, at: number): InternedString | undefined {
		const found = this.#byText.get(text)
		if (found !== undefined) this.#recent[at] = found
		return found
	}

	/** @returns the new entry, which is defined in no state yet */
	add(text: string, iid: number, packet: Uint8Array): InternedString {
		if (this.#byText.size >= tableSize) this.clear()
		const entry = { text: unique(text), iid, epoch: 0, packet }
		this.#byText.set(entry.text, entry)
		return entry
	}

	clear(): void {
		this.#byText.clear()
		this.#recent.fill(nothing)
	}
}
