import { expect, it } from 'vitest'
import { loadTrace, slicesQuery } from './perfetto.js'

const ts = (n: number) => [0x40, n]

/** A packet of sequence 1 by hand: one instant, on a track without a descriptor. */
const instant = (n: number) => {
	const event = [0x48, 3, 0x58, 9, 0xba, 0x01, 1, 0x61]
	const body = [0x50, 1, ...ts(n), 0x5a, event.length, ...event]
	return [0x0a, body.length, ...body]
}

it('loads a trace, a second one afterwards, and says what is wrong with a third', { timeout: 60_000 }, async () => {
	const { faults, rows } = await loadTrace(Uint8Array.from([...instant(1), ...instant(2)]), { slices: slicesQuery })
	expect(faults).toEqual([])
	expect(rows['slices']).toMatchObject([
		{ ts: 1n, name: 'a' },
		{ ts: 2n, name: 'a' },
	])
	expect((await loadTrace(Uint8Array.from(instant(5)), { slices: slicesQuery })).rows['slices']).toHaveLength(1)
	// Needs the state of its sequence, and there is none.
	const body = [0x50, 1, ...ts(3), 0x68, 2, 0x5a, 4, 0x48, 3, 0x50, 1]
	expect((await loadTrace(Uint8Array.from([0x0a, body.length, ...body]))).faults).not.toEqual([])
})
