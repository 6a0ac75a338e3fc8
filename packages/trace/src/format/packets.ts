import { tracePacket } from './schema.js'

/** The range of a packet's content in a buffer. */
export interface PacketRange {
	start: number
	end: number
}

/** No recorder writes a packet of this length: a larger length is invalid. */
export const maxPacketLength: number = 64 * 1024 * 1024

/**
 * Find the packet whose tag is at `from`.
 *
 * @param filled the end of the valid bytes
 * @param cut is set, unless the length itself is incomplete
 * @returns the bytes of the packet with its tag and length, as far as known: if they are not all present, the whole
 * size, or one more than are present
 */
export function cutPacket(buffer: Uint8Array, from: number, filled: number, cut: PacketRange): number {
	let length = 0
	let at = from + 1
	for (let scale = 1; ; scale *= 128) {
		if (at >= filled) return at + 1 - from
		const byte = buffer[at++]!
		length += (byte & 127) * scale
		if (byte < 128 || length > maxPacketLength) break
	}
	cut.start = at
	cut.end = at + length
	return cut.end - from
}

/**
 * Cut a chunk into packets, up to the first incomplete one.
 *
 * @returns where the last complete packet ends
 */
export function cutPackets(chunk: Uint8Array, take: (start: number, end: number) => void): number {
	const cut: PacketRange = { start: 0, end: 0 }
	let from = 0
	while (chunk[from] === tracePacket && from + cutPacket(chunk, from, chunk.length, cut) <= chunk.length) {
		take(cut.start, cut.end)
		from = cut.end
	}
	return from
}
