import { monotonicOf, now } from '../engine/clock.js'
import type { Ledger } from '../engine/ledger.js'
import { eventRoom } from '../engine/limits.js'
import type { Memory } from '../engine/memory.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put, SequenceSource } from '../engine/source.js'
import type { Recording } from '../process/recording.js'
import { putter, type Sink, type SinkTools } from './sink.js'

/** Bytes after which the buffer is written. */
const chunkSize = 131_072
/** Size of the memory of a linear sink. */
export const linearMemorySize: number = chunkSize + eventRoom

/** Receives chunks of whole packets. */
export interface ChunkTarget {
	/**
	 * Take a chunk; the buffer is reused afterwards.
	 *
	 * @returns whether all of it was taken: if not, nothing was
	 * @throws an error to report; then nothing was taken
	 */
	write(chunk: Uint8Array): boolean
	/** Position of the next chunk, in bytes. */
	readonly position: number
	/** Whether a new segment should begin, checked after each write. */
	readonly full: boolean
	/** Begin a new segment. */
	rotate(): void
	/** Maintenance, once a second. @returns whether what follows is a new, empty file */
	tick(): boolean
	/** The end: nothing follows. `dying`: the process ends. */
	close(dying: boolean): void
}

/** One of the sequences of the recording, and the function that puts its packets. */
interface Written {
	readonly source: SequenceSource
	readonly put: Put
	/** Losses since the last successful write, because the mark of a loss may be lost itself. */
	readonly lost: { events: number; bytes: number }
}

/** Collects packets in a buffer and hands them to a target: a file, or a function. */
export class Linear implements Sink {
	readonly #memory: Memory
	readonly #recording: Recording
	readonly #ledger: Ledger
	readonly #failed: (error: unknown) => void
	readonly #target: ChunkTarget
	#written: readonly Written[] = []
	/** Counts at the last write: the buffer has what came since. */
	#counted: Float64Array
	#segment = 0
	/** Whether something of this segment was written: its header. */
	#begun = false
	#draining = false
	#losing = false
	#ended = false
	#urgent = false
	#wroteAt: number = now()

	/** @param flushEvery milliseconds after which {@link flush} is called, unless the program computes */
	constructor({ memory, recording, ledger, failed }: SinkTools, target: ChunkTarget, flushEvery: number) {
		this.#memory = memory
		this.#recording = recording
		this.#ledger = ledger
		this.#failed = failed
		this.#target = target
		this.#counted = memory.counted()
		memory.passed = () => {
			// Then it is written, after the event. The last write was a moment after the last call.
			if (now() - this.#wroteAt >= 0.9 * flushEvery) memory.hot.limit = 0
		}
		this.#fromStart()
	}

	start(sources: readonly SequenceSource[]): void {
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
		// Not while a chunk is written: the function that takes it, or `onError`, may signal events.
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
		if (this.#memory.hot.at > 0) this.#cost()
		if (this.#target.tick()) this.#gone()
		else if (this.#memory.hot.at > 0) this.#drain()
		if (this.#target.full) this.#rotate()
	}

	stop(reason: string): void {
		this.#last(reason)
		// On a full disk there is often room for less than a chunk: at least the loss is recorded.
		if (this.#written.some(({ lost }) => lost.events > 0)) this.#last(reason)
		this.#ended = true
		// No room: events from here on, for example in later listeners of `exit`, count as dropped.
		this.#memory.end = 0
		this.#memory.hot.limit = 0
		this.#memory.survivor?.close()
		this.#target.close(reason !== 'stop')
	}

	#last(reason: string): void {
		this.#statistics(true)
		this.#cost()
		for (const { put } of this.#written) this.#recording.instant('end', { reason }, put)
		this.#drain()
	}

	#statistics(all: boolean): void {
		for (const { source, put } of this.#written) this.#recording.statistics(source.sequence, all, put)
	}

	/** In one sequence: it is about the thread. */
	#cost(): void {
		this.#recording.cost(this.#written[0]!.put)
	}

	#fromStart(): void {
		this.#memory.hot.at = 0
		this.#memory.end = linearMemorySize
		this.#limit()
	}

	#limit(): void {
		if (!this.#ended) this.#memory.hot.limit = this.#urgent ? 0 : chunkSize
	}

	/**
	 * The functions called here, those that take chunks or errors, may signal events, and may stop the recorder.
	 *
	 * @returns whether all is written
	 */
	#drain(): boolean {
		if (this.#ended) return false
		const outer = this.#draining
		this.#draining = true
		try {
			return this.#ledger.measured(() => this.#write())
		} finally {
			this.#draining = outer
		}
	}

	#write(): boolean {
		const { bytes, hot, survivor } = this.#memory
		const size = hot.at
		const counts = this.#memory.counted()
		this.#fromStart()
		this.#wroteAt = now()
		if (size === 0) return true
		const restore = this.#written.map(({ source }) => source.cut())
		let taken = false
		let failure: { readonly error: unknown } | undefined
		try {
			// Otherwise another thread has taken over, because this one is about to end.
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

	/** The chunk is lost, perhaps with definitions: so a new state begins, and the loss is recorded. */
	#lost(): void {
		const counts = this.#memory.counted()
		for (const { source, lost } of this.#written) {
			const { events, bytes } = this.#ledger.lost(source.sequence.id, this.#counted, counts)
			lost.events += events
			lost.bytes += bytes
		}
		this.#counted = counts
		// These packets may fill the buffer again; that is not a second loss.
		if (this.#losing || this.#ended) return
		this.#losing = true
		// Events that were signalled while the chunk was written refer to what is lost.
		this.#fromStart()
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
		this.#cost()
		for (const { source, put } of this.#written) {
			source.end(put)
			this.#recording.instant('end', { reason: 'rotation' }, put)
		}
		// If its end is lost, the segment goes on.
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

	/** The file was removed, and the buffer continues it. */
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

	/** Of all sequences, at the start of a chunk: joining files looks for their ids there. */
	#states(afterLoss: boolean): void {
		for (const { source } of this.#written) source.sequence.startState(afterLoss)
	}
}
