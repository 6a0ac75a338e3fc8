// Functions on bytes that do not need Node.

/** Concatenated chunks. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
	let at = 0
	for (const piece of pieces) {
		all.set(piece, at)
		at += piece.length
	}
	return all
}

/** Each byte as the character with its code. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
	let text = ''
	for (let i = start; i < Math.min(end, bytes.length); i++) text += String.fromCharCode(bytes[i]!)
	return text
}

/** Decodes UTF-8 from a part of a buffer; invalid sequences become U+FFFD. */
export type DecodeText = (bytes: Uint8Array, start: number, end: number) => string

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** Longer texts are decoded faster by the platform's decoder, whose call is expensive. */
const short = 32

/** For every platform; Node has a faster one. */
export const decodeText: DecodeText = (bytes, start, end) => {
	if (end - start > short) return decoder.decode(bytes.subarray(start, end))
	let text = ''
	for (let i = start; i < end; i++) {
		const byte = bytes[i]!
		if (byte > 127) return decoder.decode(bytes.subarray(start, end))
		text += String.fromCharCode(byte)
	}
	return text
}
