// Scans an input before it is read: which threads wrote it, where their parts are, and when they began.

import { monotonicClock, realtimeClock } from '../format/schema.js'
import { Clocks } from './clock.js'
import { Decoder } from './decode.js'
import { TraceReadError } from './error.js'
import type { Host } from './host.js'
import type { TraceItem, TraceRecording } from './items.js'
import { lookAt, type PacketLook } from './look.js'
import { Numbering } from './numbering.js'
import { Packets, pieceOf } from './packets.js'
import { sameMachine, valueOf } from './scale.js'
import { type ClockReading, clockSnapshot } from './snapshot.js'
import { openSource, type TraceInput } from './source.js'
import { Tracks } from './tracks.js'
import { Wire, WireError } from './wire.js'

/** Bytes of the decompressed input, from the first to after the last. */
export interface ByteRange {
	readonly from: number
	to: number
}

/** What one thread wrote, sorted by time. */
export interface Strand {
	readonly sequence: number
	/** Its ranges. They may contain others too: interleaved pieces of many threads are not separated here. */
	readonly ranges: ByteRange[]
	/** The clocks at its begin. */
	readonly clocks: readonly ClockReading[]
	readonly recording: TraceRecording
	/**
	 * Nanoseconds from then to its first event. Negative in the dump of a ring, which begins with slices that are older.
	 */
	readonly lead: number
}

export interface Survey {
	/** Null: the input was not, or not only, written by our recorder, and is read in its own order. */
	readonly strands: readonly Strand[] | null
	/** Whether it can only be read from its start on. */
	readonly packed: boolean
	/** Whether it was encrypted: then it must not be written anywhere unencrypted. */
	readonly sealed: boolean
	/** Decompressed bytes, and packets, up to the first error. */
	readonly bytes: number
	readonly packets: number
	readonly problem: TraceReadError | null
}

/** Pieces of a thread that are closer than this form one range, so that a large trace has some thousands at most. */
const gap = 1 << 20
/** The most threads that are separated. */
const maxStrands = 10_000
/** The records about a recording are at its start. */
const maxHeader = 2000

/** A strand while it is being scanned. */
class FoundStrand {
	readonly ranges: ByteRange[] = []
	readonly sequence: number
	readonly clocks: readonly ClockReading[]
	#latest: bigint
	readonly #difference: bigint
	recording: TraceRecording | null = null
	lead = 0
	/** Reads the header. Null once that has been done. */
	decoder: Decoder | null
	#header = 0

	constructor(host: Host, sequence: number, clocks: readonly ClockReading[], monotonic: bigint, realtime: bigint) {
		this.sequence = sequence
		this.clocks = clocks
		this.#latest = monotonic
		this.#difference = realtime - monotonic
		this.decoder = new Decoder(new Clocks(), new Tracks(), new Numbering(), host.decodeText)
	}

	/**
	 * Whether the clocks of its sequence belong to the same recording. Those of another recording that follows in the
	 * file go back, or have a different offset to each other.
	 */
	goesOn(monotonic: bigint, realtime: bigint): boolean {
		if (monotonic < this.#latest || !sameMachine(realtime - monotonic, this.#difference)) return false
		this.#latest = monotonic
		return true
	}

	header(buffer: Uint8Array, start: number, end: number): void {
		const items: TraceItem[] = []
		this.decoder!.packet(buffer, start, end, 0, items)
		for (const item of items) {
			if (item.type === 'recording') this.recording = item
			if (!('track' in item)) continue
			this.lead = Math.min(0, item.time)
			this.decoder = null
			return
		}
		if (++this.#header === maxHeader) this.decoder = null
	}

	/** Add the range `from` to `to`. */
	add(from: number, to: number): void {
		const last = this.ranges.at(-1)
		if (last !== undefined && from - last.to < gap) last.to = to
		else this.ranges.push({ from, to })
	}
}

/**
 * Scan an input that can be read twice. Encrypted input is authenticated first, before any of it is returned.
 *
 * @throws {@link TraceReadError} for encrypted input if the key is missing or wrong; system errors as they are
 */
export async function survey(host: Host, input: TraceInput, key: Uint8Array | undefined): Promise<Survey> {
	const opened = await openSource(host, input)
	try {
		const { source, verify } = await host.decrypted(opened, key)
		const packets = new Packets(host, source, 0, pieceOf(source.size))
		const walk = new Walk(host)
		let problem: TraceReadError | null = null
		try {
			await walk.all(packets)
		} catch (error) {
			if (!(error instanceof TraceReadError) || error.problem === 'encrypted') throw error
			problem = error
		}
		// With a wrong key the rest is noise, so the key is the error to report.
		await verify?.()
		const strands = walk.strands()
		const sealed = verify !== undefined
		const packed = packets.packed || sealed
		return {
			strands,
			packed,
			sealed,
			bytes: walk.end,
			packets: walk.packets,
			problem: strands === null ? null : problem,
		}
	} finally {
		await opened.close()
	}
}

/** Goes through the packets of an input. Of most packets it reads the first bytes only. */
class Walk {
	readonly #host: Host
	/** Where the packets end. */
	end = 0
	packets = 0
	readonly #found: FoundStrand[] = []
	/** By sequence: the latest strand. */
	readonly #bySequence = new Map<number, FoundStrand>()
	readonly #wire: Wire
	readonly #seen: PacketLook = { sequence: -1, snapshot: 0 }
	#current: FoundStrand | null = null
	/** Where its current piece starts. */
	#from = 0
	#ours = true

	constructor(host: Host) {
		this.#host = host
		this.#wire = new Wire(host.decodeText)
	}

	async all(packets: Packets): Promise<void> {
		while (await packets.more()) {
			while (packets.next()) {
				this.#packet(packets.buffer, packets.start, packets.end, packets.offset)
				if (!this.#ours) return
				this.end = packets.after
				this.packets++
			}
		}
	}

	strands(): Strand[] | null {
		this.#switch(null, this.end)
		if (!this.#ours || this.#found.length === 0) return null
		const strands: Strand[] = []
		for (const { sequence, ranges, clocks, recording, lead } of this.#found) {
			if (recording === null) return null
			strands.push({ sequence, ranges, clocks, recording, lead })
		}
		return strands
	}

	#packet(buffer: Uint8Array, start: number, end: number, offset: number): void {
		const current = this.#current
		lookAt(this.#wire, buffer, start, end, this.#seen)
		const { sequence, snapshot } = this.#seen
		let strand = current !== null && sequence === current.sequence ? current : (this.#bySequence.get(sequence) ?? null)
		if (snapshot !== 0) strand = this.#snapshot(strand, sequence, snapshot, buffer, end)
		// A part that belongs to no strand is damaged, and keeps its position.
		strand ??= current
		if (strand === null) this.#ours = false
		else {
			if (strand !== current) this.#switch(strand, offset)
			if (strand.decoder !== null) strand.header(buffer, start, end)
		}
	}

	#switch(to: FoundStrand | null, offset: number): void {
		this.#current?.add(this.#from, offset)
		this.#current = to
		this.#from = offset
	}

	/** @returns the strand that continues or begins here */
	#snapshot(
		strand: FoundStrand | null,
		sequence: number,
		at: number,
		buffer: Uint8Array,
		end: number,
	): FoundStrand | null {
		const wire = this.#wire
		wire.set(buffer, at, end)
		let readings: readonly ClockReading[]
		try {
			readings = clockSnapshot(wire).readings
		} catch (error) {
			if (!(error instanceof WireError)) throw error
			return strand
		}
		const [monotonic, realtime] = [valueOf(readings, monotonicClock), valueOf(readings, realtimeClock)]
		if (monotonic === null || realtime === null) return strand
		if (strand?.goesOn(monotonic, realtime)) return strand
		if (this.#found.length === maxStrands) {
			this.#ours = false
			return null
		}
		const found = new FoundStrand(this.#host, sequence, readings, monotonic, realtime)
		this.#found.push(found)
		this.#bySequence.set(sequence, found)
		return found
	}
}
