import { packet } from '../format/schema.js'
import { type Wire, WireError } from './wire.js'

/** The fields of a packet that can be read without decoding it. */
export interface PacketLook {
	/** -1 if the packet does not contain it. */
	sequence: number
	/** The position of its clock snapshot; 0 if it has none. */
	snapshot: number
}

/** Read these fields of a packet, without decoding it, into `look`. */
export function lookAt(wire: Wire, buffer: Uint8Array, start: number, end: number, look: PacketLook): void {
	look.sequence = -1
	look.snapshot = 0
	// The layout that our recorder writes.
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
