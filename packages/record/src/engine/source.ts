import type { Ledger } from './ledger.js'
import type { Memory } from './memory.js'
import type { Room } from './room.js'
import type { Sequence } from './sequence.js'

/** Receives the body of a packet: what follows the id of its sequence. */
export type Put = (body: Uint8Array) => void

/**
 * What a sequence repeats, closes and takes back where a recording is cut: at the borders of segments and of a ring's
 * chunks, and where something is lost. A recording has one source for each of its sequences; the encoder of the
 * sequence says what it needs, and the sink asks.
 *
 * Packets that are put here must not refer to the state of the sequence: in the dump of a ring they come before it.
 *
 * `Open` is what is open at a moment, such as slices, in any form that the source chooses: a ring keeps one for each
 * chunk.
 */
export interface SequenceSource<Open = unknown> {
	readonly sequence: Sequence
	/**
	 * What is open now. A snapshot: it does not change afterwards.
	 * @param writing {@link Writing.what} of an event of this sequence. The result is as if that event had not happened
	 * yet
	 */
	open(writing: unknown): Open
	/**
	 * A segment begins, after its header: write what a reader needs to begin here.
	 *
	 * @param open as {@link open} returned it where the segment begins
	 * @param at when that was, in MONOTONIC: the time of what is repeated
	 */
	begin(open: Open, at: number, put: Put): void
	/** A segment ends, and another one follows: close what is open, so that this one can be read alone. */
	end(put: Put): void
	/**
	 * Everything so far goes into the file, or into a finished chunk.
	 * @returns a function that takes that back, if it could not be written
	 */
	cut(): () => void
	/**
	 * What was written since the last {@link cut} is lost, and a new state has begun.
	 *
	 * @param begun false if nothing of this segment was ever written, and its header was put again
	 */
	lost(begun: boolean, put: Put): void
}

/** What an encoder needs. */
export interface EncoderTools {
	/** Its own sequence. */
	readonly sequence: Sequence
	readonly memory: Memory
	readonly room: Room
	/** Counts what becomes of the events of all sequences. */
	readonly ledger: Ledger
	/** uuids for tracks: a different one for each number and sequence. */
	readonly uuid: (n: number) => number
}

/**
 * Makes the source of a sequence beside that of the events. Its encoder writes with {@link attempt}, so that a full
 * buffer is not reported as an error, and counts what it has written by {@link Ledger.wrote}.
 */
export type EncoderFactory = (tools: EncoderTools) => SequenceSource
