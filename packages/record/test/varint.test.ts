import fc from 'fast-check'
import { expect, it } from 'vitest'
import { putInt64, putUint64 } from '../src/engine/varint.js'

it('a safe integer is written as its two’s complement of 64 bits', () => {
	const bytes = (put: (buffer: Uint8Array) => number): number[] => {
		const buffer = new Uint8Array(16)
		return [...buffer.subarray(0, put(buffer))]
	}
	const edges = [0, 1, -1, 127, 128, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 35].flatMap(n => [
		n - 1,
		n,
		n + 1,
		-n,
		-n - 1,
		-n + 1,
	])
	const any = fc.oneof(
		fc.maxSafeInteger(),
		fc.integer(),
		fc.constantFrom(...edges, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
	)
	fc.assert(
		fc.property(any, n => {
			expect(bytes(buffer => putInt64(buffer, 0, n))).toEqual(
				bytes(buffer => putUint64(buffer, 0, BigInt.asUintN(64, BigInt(n)))),
			)
		}),
		{ numRuns: 1000 },
	)
})
