/** What another thread needs to write this thread's events, if this thread is ended before it has written them. */
export interface SharedBuffers {
	readonly bytes: SharedArrayBuffer
	readonly counts: SharedArrayBuffer
	readonly state: SharedArrayBuffer
}

const ownerIndex = 0
/** Who writes: no thread, the thread of the recorder, or another one that has taken over for good. */
const unowned = 0
const recorderWrites = 1
const takenOver = 2

/**
 * Memory of a recorder that outlives its thread. The buffer has whole packets from its start on, and zeros after them.
 * What is about to be written, and where in the file it goes, is noted before, so that what is in the file already is
 * not written again.
 */
export class Survivor {
	readonly buffers: SharedBuffers
	readonly bytes: Uint8Array
	readonly counts: Float64Array
	readonly #owner: Int32Array
	/** The position in the file of the chunk that is being written, and its length. */
	readonly #chunk: Float64Array

	constructor(buffers: SharedBuffers) {
		this.buffers = buffers
		this.bytes = new Uint8Array(buffers.bytes)
		this.counts = new Float64Array(buffers.counts)
		this.#owner = new Int32Array(buffers.state, 0, 2)
		this.#chunk = new Float64Array(buffers.state, 8, 2)
	}

	static make(bytes: number, sites: number): Survivor {
		return new Survivor({
			bytes: new SharedArrayBuffer(bytes),
			counts: new SharedArrayBuffer(16 * (sites + 1)),
			state: new SharedArrayBuffer(24),
		})
	}

	/** The thread of the recorder writes `length` bytes. @returns false if another one has taken over */
	begin(position: number, length: number): boolean {
		this.#chunk[0] = position
		this.#chunk[1] = length
		return Atomics.compareExchange(this.#owner, ownerIndex, unowned, recorderWrites) === unowned
	}

	/** They are written, or lost. */
	end(length: number): void {
		this.bytes.fill(0, 0, length)
		this.#chunk[1] = 0
		Atomics.compareExchange(this.#owner, ownerIndex, recorderWrites, unowned)
	}

	/** The recorder has ended: there is nothing to take over. */
	close(): void {
		Atomics.store(this.#owner, ownerIndex, takenOver)
	}

	/** Whether there is nothing left to take over. */
	get isClosed(): boolean {
		return Atomics.load(this.#owner, ownerIndex) === takenOver
	}

	/**
	 * Take over what is in memory.
	 *
	 * @param isDead whether its thread has ended
	 * @param size of the file now
	 * @returns whole packets that belong at the end of the file; null if the recorder has ended, or is just writing
	 */
	take(isDead: boolean, size: number): Uint8Array | null {
		const before = Atomics.compareExchange(this.#owner, ownerIndex, unowned, takenOver)
		if (before === takenOver || (before === recorderWrites && !isDead)) return null
		if (before === unowned) return this.bytes.slice(0, packetsEnd(this.bytes))
		Atomics.store(this.#owner, ownerIndex, takenOver)
		const [position, length] = this.#chunk as unknown as [number, number]
		// It was writing: a part of the chunk may be in the file.
		return this.bytes.slice(Math.min(length, Math.max(0, size - position)), length)
	}
}

/**
 * Where the whole packets at the start of a buffer end. After them come zeros, or a packet that was just being written.
 */
function packetsEnd(bytes: Uint8Array): number {
	let end = 0
	for (;;) {
		if (bytes[end] !== 0x0a) return end
		const [length, start] = varint(bytes, end + 1)
		if (length === 0 || start + length > bytes.length || !isWhole(bytes, start, start + length, 1)) return end
		end = start + length
	}
}

/** Whether the bytes are fields up to the end, and so are the bytes in those of the given depth. */
function isWhole(bytes: Uint8Array, from: number, to: number, depth: number): boolean {
	let at = from
	while (at < to) {
		const [tag, start] = varint(bytes, at)
		if (tag >> 3 === 0) return false
		const wire = tag & 7
		if (wire === 0) at = varint(bytes, start)[1]
		else if (wire === 1) at = start + 8
		else if (wire === 5) at = start + 4
		else if (wire === 2) {
			const [length, body] = varint(bytes, start)
			at = body + length
			// All length-delimited fields of a packet are messages. Their content is put there in one go, after what comes
			// before it.
			if (depth > 0 && (at > to || !isWhole(bytes, body, at, depth - 1))) return false
		} else return false
	}
	return at === to
}

function varint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
	let value = 0
	for (let scale = 1; at < bytes.length; scale *= 128) {
		const byte = bytes[at++]!
		value += (byte & 127) * scale
		if (byte < 128) break
	}
	return [value, at]
}
