import type { Ledger } from '../engine/ledger.js'
import type { Memory } from '../engine/memory.js'
import type { Room } from '../engine/room.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put, SequenceSource } from '../engine/source.js'
import type { Recording } from '../process/recording.js'

/** The destination of a recording, as the recorder sees it. It makes room for all encoders. */
export interface Sink extends Room {
	/** Begin the first states and segment. Called once, before anything else. */
	start(sources: readonly SequenceSource[]): void
	/** An event was attached: `write` puts its declaration, if the sink needs it now. */
	declare(sequence: Sequence, write: (put: Put) => void): void
	/** About once a second, and on signals: the buffer should be written. */
	flush(): void
	/** Whether each event is written at once: the process may be ended at any moment. */
	urgent(on: boolean): void
	/** The last packet is written after the statistics. Nothing follows. */
	stop(reason: string): void
	/** Ring: dump it while it goes on. */
	dump?(to?: string): Promise<string>
	/** Ring: dump it synchronously. */
	dumpSync?(to?: string): string
	/** Ring: something happened that calls for a dump. `dying`: the process may end because of it. */
	unasked?(dying: boolean): void
	/** Ring: a slice ends that began at `began`, in milliseconds. Its end is not written yet. */
	ended?(began: number): void
}

/** What sinks need from the recorder. */
export interface SinkTools {
	readonly memory: Memory
	readonly recording: Recording
	readonly ledger: Ledger
	/** Receives the errors of the sink. */
	readonly failed: (error: unknown) => void
}

/** Puts packets into the buffer, after making room for them. */
export function putter(sequence: Sequence, makeRoom: () => void): Put {
	return body => {
		if (!sequence.memory.fits(body.length)) makeRoom()
		sequence.emit(body)
	}
}
