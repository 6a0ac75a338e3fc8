import { packet } from '../format/schema.js'
import { type Wire, WireError } from './wire.js'

/** What the outside of a packet tells. */
export interface Look {
	/** -1 if it does not tell. */
	sequence: number
	/** Where its snapshot of clocks is; 0 if it has none. */
	snapshot: number
}

/** Look at a packet without decoding it, into `look`. */
export function lookAt(wire: Wire, buffer: Uint8Array, start: number, end: number, look: Look): void {
	look.sequence = -1
	look.snapshot = 0
	// As our recorder writes it.
	if (
		buffer[start] === packet.sequenceId &&
		buffer[start + 1]! > 127 &&
		buffer[start + 2]! < 128 &&
		buffer[start + 3] !== packet.clockSnapshot
	) {
		look.sequence = (buffer[start + 1]! & 127) | (buffer[start + 2]! << 7)
		return
	}
	wire.set(buffer, start, end)
	try {
		while (wire.pos < end) {
			const tag = wire.number()
			if (tag === packet.sequenceId) look.sequence = wire.number()
			else {
				if (tag === packet.clockSnapshot) look.snapshot = wire.pos
				wire.skip(tag)
			}
		}
	} catch (error) {
		if (!(error instanceof WireError)) throw error
	}
}
