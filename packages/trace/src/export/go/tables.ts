import type { Frame } from '../../format/pprof.js'
import { Bytes, go, goText, maxFrames, maxPayload, maxTextLength } from './wire.js'

/** Which entry of a table an event refers to. 0: none. */
export type TableIndex = number

/**
 * A frame has the same program counter in the whole file: readers identify frames by it. The memory for programs that
 * create endless new names is bounded.
 */
const maxPlaces = 200_000

/** Program counters, made up, for places. */
export class Places {
	readonly #counters = new Map<string, number>()
	#next = 0x1000

	counterOf({ name, file, line }: Frame): number {
		const key = `${name}\0${file}\0${line}`
		const known = this.#counters.get(key)
		if (known !== undefined) return known
		const counter = this.#next
		this.#next += 16
		if (this.#counters.size >= maxPlaces) this.#counters.clear()
		this.#counters.set(key, counter)
		return counter
	}
}

/** The strings and stacks of a generation. */
export class Tables {
	/** Their approximate size in bytes. */
	size = 0
	readonly #places: Places
	readonly #strings = new Map<string, TableIndex>()
	readonly #stacks = new Map<string, { readonly entry: TableIndex; readonly frames: readonly Frame[] }>()

	constructor(places: Places) {
		this.#places = places
	}

	string(text: string): TableIndex {
		if (text === '') return 0
		const known = this.#strings.get(text)
		if (known !== undefined) return known
		const entry = this.#strings.size + 1
		this.#strings.set(text, entry)
		this.size += 4 + Math.min(text.length, maxTextLength)
		return entry
	}

	/**
	 * @param frames innermost first; a deep stack keeps the innermost ones and the outermost, which names the goroutine
	 */
	stack(frames: readonly Frame[]): TableIndex {
		if (frames.length === 0) return 0
		const key = frames.map(({ name, file, line }) => `${name}\0${file}\0${line}`).join('\0\0')
		const known = this.#stacks.get(key)
		if (known !== undefined) return known.entry
		const entry = this.#stacks.size + 1
		const kept = frames.length <= maxFrames ? frames : [...frames.slice(0, maxFrames - 1), frames.at(-1)!]
		this.#stacks.set(key, { entry, frames: kept })
		this.size += 4 + 12 * kept.length
		return entry
	}

	/** Payloads of the batches for these tables. */
	*payloads(): Generator<Uint8Array, void, undefined> {
		yield* chunks(go.stacks, this.#stackEntries())
		yield* chunks(go.strings, this.#stringEntries())
	}

	*#stackEntries(): Generator<Uint8Array, void, undefined> {
		for (const { entry, frames } of this.#stacks.values()) {
			const bytes = new Bytes(16 + frames.length * 12)
			bytes.byte(go.stack)
			bytes.varint(entry)
			bytes.varint(frames.length)
			for (const frame of frames) {
				bytes.varint(this.#places.counterOf(frame))
				bytes.varint(this.string(frame.name))
				bytes.varint(this.string(frame.file))
				bytes.varint(frame.line)
			}
			yield bytes.view
		}
	}

	*#stringEntries(): Generator<Uint8Array, void, undefined> {
		for (const [text, entry] of this.#strings) {
			const encoded = goText(text)
			const bytes = new Bytes(8 + encoded.length)
			bytes.byte(go.string)
			bytes.varint(entry)
			bytes.varint(encoded.length)
			bytes.bytes(encoded)
			yield bytes.view
		}
	}
}

/** Joins entries into payloads of a size that readers accept, each after its kind. */
export function* chunks(kind: number, entries: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
	let bytes = new Bytes()
	bytes.byte(kind)
	for (const entry of entries) {
		if (bytes.length + entry.length > maxPayload) {
			yield bytes.view
			bytes = new Bytes()
			bytes.byte(kind)
		}
		bytes.bytes(entry)
	}
	if (bytes.length > 1) yield bytes.view
}
