import type { Ledger } from './ledger.js'
import { noRoom, type Sequence } from './sequence.js'

/** What {@link Source.open} has to know of an event that is being written: its encoder takes it for written already. */
export interface Writing {
	readonly sequence: Sequence
	readonly what: unknown
}

/** Makes room in the buffer, where the encoders of all sequences write. Afterwards there is room for an event, in a new state if need be. */
export interface Room {
	/** Between two events: a new segment may begin. */
	full(): void
	/** In the middle of an event, of which nothing is in the buffer: it is written again from its start. */
	overflow(writing: Writing | undefined): void
}

/**
 * Write an event, if need be once more where the buffer has been emptied. What finds no room there is too large, which is a loss. Anything else that is thrown is a
 * fault of the encoder: an error, which is reported with the id of the event.
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

/** As {@link attempt}, after the first time has thrown `error`. For hot paths, which need no function until then. */
export function retry(error: unknown, room: Room, writing: Writing | undefined, ledger: Ledger, index: number, write: () => void): void {
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
