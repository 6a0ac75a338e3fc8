/**
 * Whether decompressed bytes start like a pprof profile: with the types of its samples, each two numbers. A trace
 * starts with the same byte, but the first field of a packet is different.
 */
export function startsAsProfile(bytes: Uint8Array): boolean {
	return (
		bytes[0] === 0x0a &&
		bytes[1]! >= 2 &&
		bytes[1]! <= 22 &&
		bytes[2] === 0x08 &&
		sampleTypeEnds(bytes, 2, 2 + bytes[1]!)
	)
}

/** Fields 1 and 2 of a `ValueType`, and then another one, or a sample. */
function sampleTypeEnds(bytes: Uint8Array, from: number, to: number): boolean {
	let at = from
	for (const tag of [0x08, 0x10]) {
		if (at === to) break
		if (bytes[at++] !== tag) return false
		while (bytes[at]! > 127) at++
		at++
	}
	return at === to && (bytes.length <= to || bytes[to] === 0x0a || bytes[to] === 0x12)
}
