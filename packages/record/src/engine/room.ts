import type { Ledger } from './ledger.js'
import { noRoom, type Sequence } from './sequence.js'

/**
 * What {@link SequenceSource.open} has to know about an event that is being written: its encoder already treats it as
 * written.
 */
export interface Writing {
	readonly sequence: Sequence
	readonly what: unknown
}

/**
 * Makes room in the buffer that the encoders of all sequences write to. Afterwards there is room for an event, in a new
 * state if need be.
 */
export interface Room {
	/** Between two events: a new segment may begin. */
	full(): void
	/** While an event is being written, and nothing of it is in the buffer: it is written again from its start. */
	overflow(writing: Writing | undefined): void
}

/**
 * Write an event, and try again after the buffer has been emptied if there was no room. If there is no room then
 * either, the event is too large, which is a loss. Anything else that `write` throws is an error in the encoder, and is
 * reported with the id of the event.
 *
 * @param index of the event
 * @param write throws {@link noRoom}
 */
export function attempt(room: Room, ledger: Ledger, index: number, write: () => void): void {
	try {
		write()
	} catch (error) {
		retry(error, room, undefined, ledger, index, write)
	}
}

/** Like {@link attempt}, after the first try threw `error`. For hot paths, which create no function until then. */
export function retry(
	error: unknown,
	room: Room,
	writing: Writing | undefined,
	ledger: Ledger,
	index: number,
	write: () => void,
): void {
	if (error !== noRoom) {
		ledger.erred(index, error)
		return
	}
	room.overflow(writing)
	try {
		write()
	} catch (again) {
		if (again === noRoom) ledger.unwritten(index)
		else ledger.erred(index, again)
	}
}
