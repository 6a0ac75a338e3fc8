import type { Ledger } from '../engine/ledger.js'
import type { Memory } from '../engine/memory.js'
import type { Room } from '../engine/room.js'
import type { Sequence } from '../engine/sequence.js'
import type { Put, Source } from '../engine/source.js'
import type { Recording } from '../process/recording.js'

/** Where a recording goes, seen from the recorder. It is the room of all encoders. */
export interface Sink extends Room {
	/** Begin the first states and segment. Called once, before anything else. */
	start(sources: readonly Source[]): void
	/** An event was attached: `write` puts its declaration, where the sink needs it now. */
	declare(sequence: Sequence, write: (put: Put) => void): void
	/** About once a second, and on signals: what is in memory should be safe. */
	flush(): void
	/** Whether each event is written at once: the process may be ended at any moment. */
	urgent(on: boolean): void
	/** The last packet is written after the statistics. Nothing follows. */
	stop(reason: string): void
	/** Ring: write what is there, while it goes on. */
	dump?(to?: string): Promise<string>
	/** Ring: write what is there, at once. */
	dumpSync?(to?: string): string
	/** Ring: something happened that it is there for. `dying`: the process may end by it. */
	unasked?(dying: boolean): void
	/** Ring: a slice ends that began at `began`, in milliseconds. Its end is not written yet. */
	ended?(began: number): void
}

/** What sinks need of the recorder. */
export interface SinkTools {
	readonly memory: Memory
	readonly recording: Recording
	readonly ledger: Ledger
	/** Takes the errors of the sink. */
	readonly failed: (error: unknown) => void
}

/** Puts packets into the buffer, after room was made for them. */
export function putter(sequence: Sequence, makeRoom: () => void): Put {
	return body => {
		if (!sequence.memory.fits(body.length)) makeRoom()
		sequence.emit(body)
	}
}
