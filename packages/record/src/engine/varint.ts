/** Put an unsigned integer of at most 53 bits at `at`. @returns where the next byte goes */
export function putVarint(bytes: Uint8Array, at: number, n: number): number {
	// Bitwise operators work on 32 bits only.
	while (n > 0x7fff_ffff) {
		bytes[at++] = (n % 128) | 128
		n = Math.floor(n / 128)
	}
	while (n > 127) {
		bytes[at++] = (n & 127) | 128
		n >>>= 7
	}
	bytes[at++] = n
	return at
}

/**
 * Put a safe integer as int64: a negative one has the ten bytes of its two's complement.
 * @returns where the next byte goes
 */
export function putInt64(bytes: Uint8Array, at: number, n: number): number {
	if (n >= 0) return putVarint(bytes, at, n)
	// 28 bits, and the upper 35, where bitwise operators take care of the sign.
	const high = Math.floor(n / 0x1000_0000)
	const low = n - high * 0x1000_0000
	for (let shift = 0; shift < 28; shift += 7) bytes[at++] = ((low >> shift) & 127) | 128
	for (let shift = 0; shift < 35; shift += 7) bytes[at++] = ((high >> shift) & 127) | 128
	bytes[at++] = 1
	return at
}

export function putUint64(bytes: Uint8Array, at: number, n: bigint): number {
	while (n > 127n) {
		bytes[at++] = Number(n & 127n) | 128
		n >>= 7n
	}
	bytes[at++] = Number(n)
	return at
}
