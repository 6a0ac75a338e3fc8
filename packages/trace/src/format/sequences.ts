import { packet } from './schema.js'

/** Ids of sequences have two bytes, and are the first field of every packet that a recorder writes. */
const firstId = 128
const lastId = 16_383

/** The id of the sequence of the packet whose content starts here: null if no recorder wrote it. */
export function sequenceAt(buffer: Uint8Array, start: number): number | null {
	return buffer[start] === packet.sequenceId ? (buffer[start + 1]! & 127) | (buffer[start + 2]! << 7) : null
}

/** Give the packet whose content starts here another sequence. */
export function setSequence(buffer: Uint8Array, start: number, id: number): void {
	buffer[start + 1] = (id & 127) | 128
	buffer[start + 2] = id >> 7
}

/** The id if it is not taken, otherwise the next one that is not; the same one if none is left. */
export function unusedSequence(taken: ReadonlySet<number>, own: number): number {
	if (!taken.has(own)) return own
	for (let id = own + 1; id <= lastId; id++) if (!taken.has(id)) return id
	for (let id = firstId; id < own; id++) if (!taken.has(id)) return id
	return own
}
