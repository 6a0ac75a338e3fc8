/** Put an unsigned integer of at most 53 bits at `at`. @returns where the next byte goes */
export function putVarint(bytes: Uint8Array, at: number, n: number): number {
	// Operators of bits take 32 of them only.
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

/** Put a safe integer as int64: a negative one has the ten bytes of its two's complement. @returns where the next byte goes */
export function putInt64(bytes: Uint8Array, at: number, n: number): number {
	return n >= 0 ? putVarint(bytes, at, n) : putUint64(bytes, at, BigInt.asUintN(64, BigInt(n)))
}

export function putUint64(bytes: Uint8Array, at: number, n: bigint): number {
	while (n > 127n) {
		bytes[at++] = Number(n & 127n) | 128
		n >>= 7n
	}
	bytes[at++] = Number(n)
	return at
}
