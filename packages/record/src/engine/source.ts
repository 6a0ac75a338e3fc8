import type { Ledger } from './ledger.js'
import type { Memory } from './memory.js'
import type { Room } from './room.js'
import type { Sequence } from './sequence.js'

/** Takes the body of a packet, which is what follows the id of its sequence. */
export type Put = (body: Uint8Array) => void

/**
 * What a sequence repeats, closes, and takes back where a recording is cut: at the borders of segments and of a ring's chunks, and where something is lost. A
 * recording has one source for each of its sequences; the encoder of the sequence says what it needs, and the sink asks.
 *
 * Packets that are put here must not refer to the state of the sequence: in the dump of a ring they stand in front of it.
 *
 * `Open` is what is open at a moment, such as slices, in whatever form the source likes: a ring keeps one of each chunk.
 */
export interface Source<Open = unknown> {
	readonly sequence: Sequence
	/** What is open now. A snapshot: it does not change afterwards. @param writing {@link Writing.what} of an event of this sequence: as if that had not happened yet */
	open(writing: unknown): Open
	/**
	 * A segment begins, behind its header: write what a reader needs to begin here.
	 *
	 * @param open as {@link open} returned it where the segment begins
	 * @param at when that was, in MONOTONIC: the time of what is repeated
	 */
	begin(open: Open, at: number, put: Put): void
	/** A segment ends, and another one follows: close what is open, for those who read this one alone. */
	end(put: Put): void
	/** All so far goes into the file, or into a finished chunk. @returns what takes that back, if it could not be written */
	cut(): () => void
	/**
	 * What was written since the last {@link cut} is lost, and a new state has begun.
	 *
	 * @param begun false: nothing of this segment was ever written; its header was put again
	 */
	lost(begun: boolean, put: Put): void
}

/** What an encoder needs. */
export interface EncoderTools {
	/** Of its own. */
	readonly sequence: Sequence
	readonly memory: Memory
	readonly room: Room
	/** Knows the events of all sequences: what becomes of each is counted here. */
	readonly ledger: Ledger
	/** uuids for tracks: another one for each number, in each sequence. */
	readonly uuid: (n: number) => number
}

/**
 * Makes the source of a sequence beside that of the events. Its encoder writes with {@link attempt}, so that a buffer that is full is no fault of it, and
 * counts what it has written by {@link Ledger.wrote}.
 */
export type EncoderFactory = (tools: EncoderTools) => Source
