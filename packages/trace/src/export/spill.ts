import type { FileHandle } from 'node:fs/promises'
import { namelessFile } from '../read/node/file.js'

/**
 * How much text is kept of each stream, and of all of them. Text that grows by small pieces takes several times its
 * length.
 */
const enough = 64 * 1024
const maxKept = 2 * 1024 * 1024

interface SpilledText {
	text: string
	/** Where its pieces are in the file. */
	readonly pieces: { at: number; length: number }[]
}

/**
 * Texts of many streams that arrive interleaved and are needed one after the other. What does not fit into memory goes
 * to an unnamed temporary file, which disappears with the process.
 */
export class Spill<Key> {
	readonly #parts = new Map<Key, SpilledText>()
	#kept = 0
	#file: FileHandle | null = null
	#end = 0

	get keys(): Iterable<Key> {
		return this.#parts.keys()
	}

	/** @returns whether to call {@link Spill.flush} now */
	add(key: Key, text: string): boolean {
		let part = this.#parts.get(key)
		if (part === undefined) this.#parts.set(key, (part = { text: '', pieces: [] }))
		part.text += text
		this.#kept += text.length
		return part.text.length >= enough || this.#kept >= maxKept
	}

	/** Write the longer texts to the file, or all of them if that is not enough. */
	async flush(): Promise<void> {
		for (const min of [enough, 1]) {
			for (const part of this.#parts.values()) if (part.text.length >= min) await this.#write(part)
			if (this.#kept < maxKept / 2) return
		}
	}

	async *read(key: Key): AsyncGenerator<string | Uint8Array, void, undefined> {
		const part = this.#parts.get(key)
		for (const { at, length } of part?.pieces ?? []) {
			const buffer = Buffer.allocUnsafe(length)
			await this.#file!.read(buffer, 0, length, at)
			yield buffer
		}
		if (part !== undefined && part.text !== '') yield part.text
	}

	async close(): Promise<void> {
		await this.#file?.close()
		this.#file = null
	}

	async #write(part: SpilledText): Promise<void> {
		this.#file ??= await namelessFile()
		const bytes = Buffer.from(part.text)
		await this.#file.write(bytes, 0, bytes.length, this.#end)
		part.pieces.push({ at: this.#end, length: bytes.length })
		this.#end += bytes.length
		this.#kept -= part.text.length
		part.text = ''
	}
}
