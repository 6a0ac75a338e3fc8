import { monotonicOf, now } from '../engine/clock.js'
import type { Ledger } from '../engine/ledger.js'
import { EVENT_ROOM } from '../engine/limits.js'
import type { Memory } from '../engine/memory.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put, Source } from '../engine/source.js'
import type { Recording } from '../process/recording.js'
import { putter, type Sink, type SinkTools } from './sink.js'

/** Bytes after which the buffer is written. */
const CHUNK = 131_072
/** Size of the memory of a linear sink. */
export const LINEAR_MEMORY: number = CHUNK + EVENT_ROOM

/** Takes chunks of whole packets. */
export interface Target {
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
	/** Once a second: look after things. @returns whether what follows is a new, empty file */
	tick(): boolean
	/** Nothing follows. `dying`: the process ends. */
	close(dying: boolean): void
}

/** One of the sequences of the recording, and what puts packets of it. */
interface Written {
	readonly source: Source
	readonly put: Put
	/** Since the last write that succeeded: the mark of a loss may be lost itself. */
	readonly lost: { events: number; bytes: number }
}

/** Collects packets in a buffer and hands them to a target: a file, or a function. */
export class Linear implements Sink {
	readonly #memory: Memory
	readonly #recording: Recording
	readonly #ledger: Ledger
	readonly #failed: (error: unknown) => void
	readonly #target: Target
	#written: readonly Written[] = []
	/** Counts at the last write: what is in the buffer came since. */
	#counted: Float64Array
	#segment = 0
	/** Something of this segment was written: its header. */
	#begun = false
	#draining = false
	#losing = false
	#ended = false
	#urgent = false

	constructor({ memory, recording, ledger, failed }: SinkTools, target: Target) {
		this.#memory = memory
		this.#recording = recording
		this.#ledger = ledger
		this.#failed = failed
		this.#target = target
		this.#counted = memory.counted()
		this.#region()
	}

	start(sources: readonly Source[]): void {
		this.#written = sources.map(source => ({
			source,
			put: putter(source.sequence, () => this.#drain()),
			lost: { events: 0, bytes: 0 },
		}))
		this.#begin()
		this.#drain()
	}

	declare(sequence: Sequence, write: (put: Put) => void): void {
		for (const { source, put } of this.#written) if (source.sequence === sequence) write(put)
	}

	full(): void {
		this.#drain()
		// Not while a chunk is written: what takes it, or what takes the error, may signal events.
		if (this.#target.full && !this.#draining) this.#rotate()
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
		this.#statistics(false)
		if (this.#target.tick()) this.#gone()
		else if (this.#memory.hot.at > 0) this.#drain()
		if (this.#target.full) this.#rotate()
	}

	stop(reason: string): void {
		this.#last(reason)
		// On a full disk there is often room for less than a chunk: at least what was lost is recorded.
		if (this.#written.some(({ lost }) => lost.events > 0)) this.#last(reason)
		this.#ended = true
		// No room: what is signalled from here on, in listeners of `exit` that come after ours for instance, counts as dropped.
		this.#memory.end = 0
		this.#memory.hot.limit = 0
		this.#memory.survivor?.close()
		this.#target.close(reason !== 'stop')
	}

	#last(reason: string): void {
		this.#statistics(true)
		for (const { put } of this.#written) this.#recording.instant('end', { reason }, put)
		this.#drain()
	}

	#statistics(all: boolean): void {
		for (const { source, put } of this.#written) this.#recording.statistics(source.sequence, all, put)
	}

	#region(): void {
		this.#memory.hot.at = 0
		this.#memory.end = LINEAR_MEMORY
		this.#limit()
	}

	#limit(): void {
		if (!this.#ended) this.#memory.hot.limit = this.#urgent ? 0 : CHUNK
	}

	/**
	 * Whatever is called here, the function that takes chunks or that takes errors, may signal events, and may stop the recorder.
	 *
	 * @returns whether all is written
	 */
	#drain(): boolean {
		if (this.#ended) return false
		const outer = this.#draining
		this.#draining = true
		try {
			return this.#write()
		} finally {
			this.#draining = outer
		}
	}

	#write(): boolean {
		const { bytes, hot, survivor } = this.#memory
		const size = hot.at
		const counts = this.#memory.counted()
		this.#region()
		if (size === 0) return true
		const restore = this.#written.map(({ source }) => source.cut())
		let taken = false
		let failure: { readonly error: unknown } | undefined
		try {
			// Else another thread has taken over, as this one is about to end.
			if (survivor?.begin(this.#target.position, size) ?? true) taken = this.#target.write(bytes.subarray(0, size))
		} catch (error) {
			failure = { error }
		}
		survivor?.end(size)
		if (taken) {
			this.#counted = counts
			this.#begun = true
			for (const { lost } of this.#written) lost.events = lost.bytes = 0
			return true
		}
		for (const takeBack of restore) takeBack()
		this.#lost()
		if (failure !== undefined) this.#failed(failure.error)
		return false
	}

	/** The chunk is gone, and with it perhaps definitions: what follows starts from nothing and says so. */
	#lost(): void {
		const counts = this.#memory.counted()
		for (const { source, lost } of this.#written) {
			const { events, bytes } = this.#ledger.lost(source.sequence.id, this.#counted, counts)
			lost.events += events
			lost.bytes += bytes
		}
		this.#counted = counts
		// What is put here may fill the buffer again; it is not lost once more for that.
		if (this.#losing || this.#ended) return
		this.#losing = true
		// What was signalled while the chunk was written refers to what is lost.
		this.#region()
		this.#states(true)
		for (const { source, put, lost } of this.#written) {
			if (!this.#begun) this.#recording.header(this.#segment, put)
			source.lost(this.#begun, put)
			this.#recording.instant('loss', { ...lost, reason: 'a write failed' }, put)
		}
		this.#losing = false
	}

	#rotate(): void {
		this.#statistics(true)
		for (const { source, put } of this.#written) {
			source.end(put)
			this.#recording.instant('end', { reason: 'rotation' }, put)
		}
		// The segment goes on if its end is lost.
		if (!this.#drain() || this.#ended) return
		try {
			this.#target.rotate()
		} catch (error) {
			this.#failed(error)
		}
		if (this.#ended) return
		this.#segment++
		this.#begin()
	}

	/** The file is gone, and what is in the buffer continues it. */
	#gone(): void {
		this.#segment++
		this.#begun = false
		this.#lost()
		this.#failed(new Error('the file of the trace was removed; a new one is begun'))
	}

	#begin(): void {
		this.#begun = false
		this.#states(false)
		for (const { source, put } of this.#written) {
			this.#recording.header(this.#segment, put)
			source.begin(source.open(undefined), monotonicOf(now()), put)
		}
	}

	/** Of all sequences, at the start of a chunk: who joins files looks for their ids there. */
	#states(afterLoss: boolean): void {
		for (const { source } of this.#written) source.sequence.startState(afterLoss)
	}
}
