// Segments that were encrypted with `rotate.key`: FORMAT.md, "Compression and encryption".
import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import { cipherName, magic, nonceLength, startsSealed, tagLength } from '../../format/sealed.js'
import { TraceReadError } from '../error.js'
import type { Opened } from '../host.js'
import type { ByteSource } from '../source.js'

const headLength = magic.length + nonceLength
const readSize = 256 * 1024
/** Enough bytes to identify the input. */
const identifyingLength = 4096

/** Bytes that were read to identify the input, and then the rest of the source. */
class Begun implements ByteSource {
	readonly size: number | null
	readonly #source: ByteSource
	#begin: Buffer

	constructor(begin: Buffer, source: ByteSource) {
		this.#begin = begin
		this.#source = source
		this.size = source.size
	}

	get offset(): number {
		return this.#source.offset
	}

	async read(into: Uint8Array, at: number, length: number): Promise<number> {
		if (this.#begin.length === 0) return this.#source.read(into, at, length)
		const part = this.#begin.subarray(0, length)
		into.set(part, at)
		this.#begin = this.#begin.subarray(part.length)
		return part.length
	}

	async close(): Promise<void> {
		await this.#source.close()
	}
}

/** The plaintext of an encrypted segment. The last bytes, the tag, are held back until the end of the input. */
class Decrypted implements ByteSource {
	readonly size: number | null
	readonly #source: ByteSource
	readonly #decipher: DecipherGCM
	readonly #piece: Buffer = Buffer.allocUnsafe(readSize)
	#held: Buffer = Buffer.alloc(0)
	#plain: Buffer = Buffer.alloc(0)
	#ended = false

	constructor(source: ByteSource, key: Uint8Array, nonce: Uint8Array) {
		this.#source = source
		this.size = source.size
		this.#decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagLength })
	}

	get offset(): number {
		return this.#source.offset
	}

	/** @throws {@link TraceReadError} at the end, if it was encrypted with another key, truncated or changed */
	async read(into: Uint8Array, at: number, length: number): Promise<number> {
		while (this.#plain.length === 0) {
			if (this.#ended) return 0
			await this.#more()
		}
		const part = this.#plain.subarray(0, length)
		into.set(part, at)
		this.#plain = this.#plain.subarray(part.length)
		return part.length
	}

	/** Read the rest. @throws as {@link Decrypted.read} does */
	async verify(): Promise<void> {
		while (!this.#ended) await this.#more()
	}

	async close(): Promise<void> {
		await this.#source.close()
	}

	async #more(): Promise<void> {
		const n = await this.#source.read(this.#piece, 0, readSize)
		if (n === 0) {
			this.#ended = true
			this.#plain = Buffer.alloc(0)
			this.#check()
			return
		}
		const all = Buffer.concat([this.#held, this.#piece.subarray(0, n)])
		const text = Math.max(0, all.length - tagLength)
		this.#held = all.subarray(text)
		this.#plain = this.#decipher.update(all.subarray(0, text))
	}

	#check(): void {
		try {
			// Throws for a tag that is too short, too.
			this.#decipher.setAuthTag(this.#held)
			this.#decipher.final()
		} catch (cause) {
			const message = 'the segment cannot be decrypted: the key is wrong, or the file was truncated or changed'
			throw new TraceReadError('encrypted', message, 0, undefined, { cause })
		}
	}
}

/**
 * The source, decrypted if it is encrypted.
 *
 * @throws {@link TraceReadError} if it is encrypted and there is no key
 */
export async function decrypted(source: ByteSource, key: Uint8Array | undefined): Promise<Opened> {
	const read = Buffer.allocUnsafe(identifyingLength)
	let n = 0
	for (let wanted = 1; n < wanted; ) {
		const more = await source.read(read, n, identifyingLength - n)
		if (more === 0) break
		n += more
		// If a pipe starts with other bytes, do not wait for more of them.
		wanted = startsSealed(read.subarray(0, n)) ? headLength : 0
	}
	const begin = read.subarray(0, n)
	if (n < magic.length || !startsSealed(begin)) return { source: new Begun(begin, source) }
	if (n < headLength) throw new TraceReadError('truncated', 'the header of the encrypted segment is truncated', 0)
	if (key === undefined) {
		const hint = 'pass the 32 bytes of `rotate.key`; on the command line with --key-file or TSGOTRACE_KEY'
		throw new TraceReadError('encrypted', 'this is an encrypted segment', 0, hint)
	}
	const plain = new Decrypted(
		new Begun(begin.subarray(headLength), source),
		key,
		begin.subarray(magic.length, headLength),
	)
	return { source: plain, verify: () => plain.verify() }
}
