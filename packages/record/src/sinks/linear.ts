import type { Encoder } from '../engine/encoder.js'
import { EVENT_ROOM } from '../engine/limits.js'
import type { Slices } from '../events/slices.js'
import type { Sink, Source } from './sink.js'

/** Bytes after which the buffer is written. */
const CHUNK = 131_072
/** Size of the memory of a linear sink. */
export const LINEAR_MEMORY: number = CHUNK + EVENT_ROOM

/** Takes chunks of whole packets. */
export interface Target {
	readonly mode: 'file' | 'stream'
	/**
	 * Take a chunk; the buffer is used again afterwards.
	 *
	 * @returns whether it was taken whole: if not, nothing of it was
	 * @throws what is to be reported; nothing was taken then
	 */
	write(chunk: Uint8Array): boolean
	/** Where the next chunk goes, in bytes. */
	readonly position: number
	/** Whether a new segment should begin, asked after each write. */
	readonly full: boolean
	/** Begin a new segment. */
	rotate(): void
	/** Once a second: look after things. @returns whether what follows is a new file that nothing stands in yet */
	tick(): boolean
	/** Nothing follows. `dying`: the process ends. */
	close(dying: boolean): void
}

/** Collects packets in a buffer and hands them to a target: a file, or a function. */
export class Linear implements Sink {
	readonly mode: 'file' | 'stream'
	readonly #encoder: Encoder
	readonly #source: Source
	readonly #target: Target
	readonly #slices: Slices
	/** Counts at the last write: what stands in the buffer came since. */
	#written: Float64Array
	#segment = 0
	/** Something of this segment was written: its header. */
	#begun = false
	/** Since the last write that succeeded: the mark of a loss may be lost itself. */
	#lostEvents = 0
	#lostBytes = 0
	#losing = false
	#ended = false
	#urgent = false

	constructor(encoder: Encoder, source: Source, slices: Slices, target: Target) {
		this.#encoder = encoder
		this.#source = source
		this.#target = target
		this.#slices = slices
		slices.unwound = slice => source.unwound(slice, this.#put)
		this.mode = target.mode
		this.#written = source.counts()
		this.#region()
	}

	start(): void {
		this.#encoder.startState(false)
		this.#source.header(this.#segment, this.#put)
		this.#drain()
	}

	declare(index: number): void {
		this.#source.declaration(index, this.#put)
	}

	full(): void {
		this.#drain()
		// In the middle of something else, if what fails there has signalled events.
		if (this.#target.full && this.#encoder.pending === undefined) this.#rotate()
	}

	overflow(): void {
		this.#drain()
	}

	urgent(on: boolean): void {
		this.#urgent = on
		if (on) this.flush()
		this.#limit()
	}

	flush(): void {
		if (this.#ended) return
		this.#source.statistics(false, this.#put)
		if (this.#target.tick()) this.#gone()
		else if (this.#encoder.memory.hot.at > 0) this.#drain()
		if (this.#target.full) this.#rotate()
	}

	stop(reason: string): void {
		this.#last(reason)
		// On a disk that is full there is often room for less than a chunk: at least what was lost is told.
		if (this.#lostEvents > 0) this.#last(reason)
		this.#ended = true
		// No room: what is signalled from here on, in listeners of `exit` that come after ours for instance, counts as dropped.
		this.#encoder.end = 0
		this.#encoder.memory.hot.limit = 0
		this.#encoder.memory.survivor?.close()
		this.#target.close(reason !== 'stop')
	}

	#last(reason: string): void {
		this.#source.statistics(true, this.#put)
		this.#source.instant('end', { reason }, this.#put)
		this.#drain()
	}

	#region(): void {
		const { hot } = this.#encoder.memory
		hot.at = 0
		this.#encoder.end = LINEAR_MEMORY
		this.#limit()
	}

	#limit(): void {
		if (!this.#ended) this.#encoder.memory.hot.limit = this.#urgent ? 0 : CHUNK
	}

	readonly #put = (body: Uint8Array): void => {
		if (this.#encoder.memory.hot.at + body.length + 16 > LINEAR_MEMORY) this.#drain()
		this.#encoder.emit(body)
	}

	/**
	 * Whatever is called here, the function that takes chunks or that takes errors, may signal events, and may stop the recorder.
	 *
	 * @returns whether all is written
	 */
	#drain(): boolean {
		const { bytes, hot } = this.#encoder.memory
		const size = hot.at
		if (this.#ended) return false
		const counts = this.#source.counts()
		this.#region()
		if (size === 0) return true
		const restore = this.#slices.cut()
		let taken = false
		let failure: { readonly error: unknown } | undefined
		const { survivor } = this.#encoder.memory
		try {
			// Else another thread has taken over, as this one is about to end.
			if (survivor?.begin(this.#target.position, size) ?? true) taken = this.#target.write(bytes.subarray(0, size))
		} catch (error) {
			failure = { error }
		}
		survivor?.end(size)
		if (taken) {
			this.#written = counts
			this.#begun = true
			this.#lostEvents = 0
			this.#lostBytes = 0
			return true
		}
		restore()
		this.#lost()
		if (failure !== undefined) this.#source.failed(failure.error)
		return false
	}

	/** The chunk is gone, and with it perhaps definitions: what follows starts from nothing and says so. */
	#lost(): void {
		const { events, bytes } = this.#source.lost(this.#written)
		this.#written = this.#source.counts()
		this.#lostEvents += events
		this.#lostBytes += bytes
		// What is put here may fill the buffer again; it is not lost once more for that.
		if (this.#losing || this.#ended) return
		this.#losing = true
		// What was signalled while the chunk was written refers to what is lost.
		this.#region()
		this.#encoder.startState(true)
		if (this.#begun) {
			this.#source.declarations(this.#put)
			this.#source.lostEnds(this.#put)
			this.#slices.lost('since cut')
		} else if (this.#slices.timed) {
			// The segment before this one says which slices go on.
			this.#source.header(this.#segment, this.#put, this.#slices.openAtCut)
			this.#source.lostEnds(this.#put)
			this.#source.carried(this.#slices.begunSinceCut, this.#put)
		} else {
			this.#slices.lost('all')
			this.#source.header(this.#segment, this.#put)
		}
		this.#source.instant('loss', { events: this.#lostEvents, bytes: this.#lostBytes, reason: 'a write failed' }, this.#put)
		this.#losing = false
	}

	#rotate(): void {
		this.#source.statistics(true, this.#put)
		this.#source.closings(this.#put)
		this.#source.instant('end', { reason: 'rotation' }, this.#put)
		// The segment goes on if its end is lost.
		if (!this.#drain() || this.#ended) return
		try {
			this.#target.rotate()
		} catch (error) {
			this.#source.failed(error)
		}
		this.#begin()
	}

	/** The file is gone, and what stands in the buffer continues it. */
	#gone(): void {
		this.#segment++
		this.#begun = false
		this.#lost()
		this.#source.failed(new Error('the file of the trace was removed; a new one is begun'))
	}

	#begin(): void {
		if (this.#ended) return
		this.#segment++
		this.#begun = false
		this.#encoder.startState(false)
		this.#source.header(this.#segment, this.#put)
	}
}
