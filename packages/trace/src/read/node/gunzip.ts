import { Buffer } from 'node:buffer'
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib'
import { UnpackError, type Unpacker } from '../host.js'
import type { ByteSource } from '../source.js'

/**
 * How much is decompressed at once. Deflate expands data at most a thousandfold, which bounds the result of one piece.
 */
const piece = 16 * 1024

/**
 * One gzip member after the other, each decompressed to its own end. Node's gunzip does not expose what follows a
 * member: closed segments are compressed and the open one is not, and `cat` of all of them must be readable.
 */
export class Gunzip implements Unpacker {
	readonly #source: ByteSource
	/** Compressed bytes that were read but not used. */
	#rest: Buffer
	readonly #input: Buffer = Buffer.allocUnsafe(piece)
	#member: Member | null = null
	#done = false

	constructor(source: ByteSource, start: Uint8Array) {
		this.#source = source
		this.#rest = Buffer.from(start)
	}

	/** What follows the last member, once `read` has returned 0. */
	get rest(): Buffer {
		return this.#rest
	}

	/** As {@link ByteSource.read}. 0 means that no gzip member follows. */
	async read(into: Uint8Array, at: number, length: number): Promise<number> {
		while (!this.#done) {
			const member = this.#member
			if (member === null) {
				if (!(await this.#begin())) break
			} else {
				const n = member.take(into, at, length)
				if (n > 0) return n
				if (member.ended) {
					this.#rest = Buffer.concat([member.rest, this.#rest])
					await this.#end(member)
				} else {
					const input = await this.#next()
					if (input.length === 0) throw new UnpackError(true, 'the compressed data is truncated')
					await member.push(input)
				}
			}
		}
		return 0
	}

	async #next(): Promise<Buffer> {
		if (this.#rest.length === 0) return this.#input.subarray(0, await this.#source.read(this.#input, 0, piece))
		const part = this.#rest.subarray(0, piece)
		this.#rest = this.#rest.subarray(part.length)
		return part
	}

	async #need(length: number): Promise<boolean> {
		while (this.#rest.length < length) {
			const n = await this.#source.read(this.#input, 0, piece)
			if (n === 0) return false
			this.#rest = Buffer.concat([this.#rest, this.#input.subarray(0, n)])
		}
		return true
	}

	async #begin(): Promise<boolean> {
		if (!(await this.#need(2)) || !isGzip(this.#rest, 0)) {
			this.#done = true
			return false
		}
		const length = await this.#header()
		this.#rest = this.#rest.subarray(length)
		this.#member = new Member()
		return true
	}

	/** The length of the header, RFC 1952. */
	async #header(): Promise<number> {
		const cut = new UnpackError(true, 'the header of the compressed data is truncated')
		if (!(await this.#need(10))) throw cut
		const flags = this.#rest[3]!
		let length = 10
		if (flags & 4) {
			if (!(await this.#need(length + 2))) throw cut
			length += 2 + this.#rest.readUInt16LE(length)
		}
		for (const flag of [8, 16]) {
			if (!(flags & flag)) continue
			let end: number
			while ((end = this.#rest.indexOf(0, length)) < 0) if (!(await this.#need(this.#rest.length + 1))) throw cut
			length = end + 1
		}
		if (flags & 2) length += 2
		if (!(await this.#need(length))) throw cut
		return length
	}

	async #end(member: Member): Promise<void> {
		this.#member = null
		if (!(await this.#need(8))) throw new UnpackError(true, 'the compressed data is truncated')
		if (this.#rest.readUInt32LE(0) !== member.sum)
			throw new UnpackError(false, 'the checksum of the compressed data is wrong')
		if (this.#rest.readUInt32LE(4) !== member.size % 2 ** 32)
			throw new UnpackError(false, 'the length of the compressed data is wrong')
		this.#rest = this.#rest.subarray(8)
	}
}

function isGzip(buffer: Uint8Array, at: number): boolean {
	return buffer[at] === 0x1f && buffer[at + 1] === 0x8b
}

class Member {
	ended = false
	/** Bytes after the end of the deflated data. */
	rest: Buffer = Buffer.alloc(0)
	sum = 0
	size = 0
	readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: 256 * 1024 })
	#out: Buffer[] = []
	#error: Error | null = null
	#wake: (() => void) | null = null

	constructor() {
		this.#inflate.on('data', (chunk: Buffer) => this.#out.push(chunk))
		this.#inflate.on('error', error => {
			this.#error = error
			this.#wake?.()
		})
		this.#inflate.on('end', () => (this.ended = true))
	}

	take(into: Uint8Array, at: number, length: number): number {
		const chunk = this.#out[0]
		if (chunk === undefined) return 0
		const part = chunk.subarray(0, length)
		into.set(part, at)
		if (part.length === chunk.length) this.#out.shift()
		else this.#out[0] = chunk.subarray(part.length)
		this.sum = crc32(part, this.sum)
		this.size += part.length
		return part.length
	}

	async push(input: Buffer): Promise<void> {
		const before = this.#inflate.bytesWritten
		await new Promise<void>(resolve => {
			this.#wake = resolve
			this.#inflate.write(input, () => resolve())
		})
		if (this.#error !== null) throw new UnpackError(false, `the compressed data is damaged: ${this.#error.message}`)
		const used = this.#inflate.bytesWritten - before
		if (used === input.length) return
		// The stream stops at the end of the deflated data.
		this.rest = Buffer.from(input.subarray(used))
		this.ended = true
		this.#inflate.close()
	}
}
