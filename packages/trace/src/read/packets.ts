import { cutPacket, maxPacketLength, type PacketRange } from '../format/packets.js'
import { tracePacket } from '../format/schema.js'
import { concat } from './bytes.js'
import { TraceReadError } from './error.js'
import { foreign, looksForeign } from './foreign.js'
import { type Host, UnpackError, type Unpacker } from './host.js'
import type { ByteSource } from './source.js'

const usual = 512 * 1024
const nothing = new Uint8Array(0)

/** How much of an input is read at once: little of a small one, because it may grow when it is decompressed. */
export function pieceOf(size: number | null, max: number = usual): number {
	return size === null ? max : Math.min(max, Math.max(4096, size * 4))
}

/**
 * Cuts the input into packets, and decompresses what is compressed. The loop over the packets in memory is synchronous:
 *
 *     while (await packets.more()) while (packets.next()) decode(packets.buffer, packets.start, packets.end)
 */
export class Packets {
	buffer: Uint8Array
	/** Whether any part was compressed. */
	packed = false
	/** The range of the current packet's content in the buffer. */
	start = 0
	end = 0
	readonly #host: Host
	readonly #source: ByteSource
	readonly #size: number
	#gunzip: Unpacker | null = null
	/** Where the next packet starts, and where the bytes that were read end. */
	#cut = 0
	#filled = 0
	readonly #found: PacketRange = { start: 0, end: 0 }
	/** How many bytes came before `buffer[0]`, and before the current packet. */
	#base = 0
	#current = 0
	/** How many bytes the next packet takes, as far as known. */
	#need = 1
	#gzipAhead = false
	/** Bytes that were read ahead; they precede those of the source. */
	#ahead: Uint8Array = nothing
	/** The first (decompressed) bytes, to identify the input if it is not a trace. */
	#start: Uint8Array | null = null

	/**
	 * @param base the byte offset of the source in the input
	 * @param size how much is read at once
	 */
	constructor(host: Host, source: ByteSource, base: number = 0, size: number = usual) {
		this.#host = host
		this.#source = source
		this.#base = base
		this.#size = size
		this.buffer = new Uint8Array(size)
	}

	/** The byte offset of the current packet in the (decompressed) input. */
	get offset(): number {
		return this.#current
	}

	/**
	 * The packets that {@link Packets.next} has passed since the last {@link Packets.more}, with their tags and lengths.
	 */
	get cut(): Uint8Array {
		return this.buffer.subarray(0, this.#cut)
	}

	/** The byte offset of the next packet. */
	get after(): number {
		return this.#base + this.#cut
	}

	/** The error for an input without a packet where the first one should be. */
	foreign(): TraceReadError {
		return foreign(this.buffer.subarray(0, this.#filled))
	}

	/** Advance to the next packet. False: it is not completely in memory. */
	next(): boolean {
		const { buffer } = this
		const from = this.#cut
		const filled = this.#filled
		this.#need = 2
		if (filled - from < 2) return false
		if (buffer[from] !== tracePacket) return this.#other(from)
		const need = cutPacket(buffer, from, filled, this.#found)
		const { start, end } = this.#found
		if (need > maxPacketLength && end - start > maxPacketLength)
			throw this.#corrupt(from, `a packet claims to have ${end - start} bytes or more`)
		this.#need = need
		if (from + need > filled) return false
		this.#current = this.#base + from
		this.start = start
		this.end = this.#cut = end
		return true
	}

	/** Read more. False: the input is at its end. */
	async more(): Promise<boolean> {
		this.#makeRoom()
		if (this.#gzipAhead) {
			this.#gzipAhead = false
			this.packed = true
			this.#gunzip = this.#host.gunzip(
				this.#source,
				concat([this.buffer.subarray(this.#cut, this.#filled), this.#ahead]),
			)
			this.#ahead = nothing
			this.#filled = this.#cut
		}
		const n = await this.#read()
		this.#filled += n
		if (this.#base === 0 && this.#cut === 0 && !isGzip(this.buffer, 0))
			this.#start = this.buffer.slice(0, Math.min(this.#filled, 512))
		if (n > 0) return true
		if (this.#filled === this.#cut) return false
		const rest = this.buffer.subarray(this.#cut, this.#filled)
		if (this.#base + this.#cut === 0 && looksForeign(rest)) throw foreign(rest)
		const left = rest.length
		const is = `the last packet is cut: ${this.#need > 2 ? `${left} of its ${this.#need} bytes are` : `only ${left} ${left === 1 ? 'byte is' : 'bytes are'}`} present`
		throw new TraceReadError('truncated', is, this.#base + this.#cut)
	}

	async #read(): Promise<number> {
		const room = this.buffer.length - this.#filled
		if (this.#gunzip !== null) {
			try {
				const n = await this.#gunzip.read(this.buffer, this.#filled, room)
				if (n > 0) return n
			} catch (error) {
				if (!(error instanceof UnpackError)) throw error
				throw new TraceReadError(
					error.cut ? 'truncated' : 'corrupt',
					error.message,
					this.#base + this.#cut,
					undefined,
					{ cause: error },
				)
			}
			// The rest is not compressed.
			this.#ahead = this.#gunzip.rest
			this.#gunzip = null
		}
		if (this.#ahead.length === 0) return this.#source.read(this.buffer, this.#filled, room)
		const part = this.#ahead.subarray(0, room)
		this.buffer.set(part, this.#filled)
		this.#ahead = this.#ahead.subarray(part.length)
		return part.length
	}

	/** Move the remaining bytes to the front, and make room for the next packet. */
	#makeRoom(): void {
		const left = this.buffer.subarray(this.#cut, this.#filled)
		this.#base += this.#cut
		const size = Math.max(this.#need, this.#size)
		if (size > this.buffer.length || (size === this.#size && this.buffer.length > size))
			this.buffer = new Uint8Array(size)
		this.buffer.set(left)
		this.#filled = left.length
		this.#cut = 0
	}

	/** Not a packet: compressed data, or an error. */
	#other(from: number): boolean {
		if (this.#gunzip === null && isGzip(this.buffer, from)) {
			this.#gzipAhead = true
			return false
		}
		throw this.#corrupt(from, 'no packet starts here')
	}

	/** An error at `from`. An input that is wrong from its first byte on is not a trace. */
	#corrupt(from: number, message: string): TraceReadError {
		const offset = this.#base + from
		if (this.#start !== null && looksForeign(this.#start)) return foreign(this.#start)
		if (offset > 0) return new TraceReadError('corrupt', message, offset)
		return foreign(this.buffer.subarray(from, this.#filled))
	}
}

/** Whether compressed data starts here. */
function isGzip(buffer: Uint8Array, at: number): boolean {
	return buffer[at] === 0x1f && buffer[at + 1] === 0x8b
}
