// What another thread takes over of a recorder's memory, wherever its own was stopped.
import { record } from '@tsgotrace/record'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Survivor } from '../src/engine/survivor.js'
import { declare } from './events.js'

const step = declare('survivor:traceStep', 'n: number', 'what: unknown')

/** A recording in memory. */
function trace(args: readonly unknown[]): Uint8Array {
	const chunks: Uint8Array[] = []
	const rec = record({ events: 'survivor:*', to: chunk => chunks.push(chunk) })
	for (const [i, arg] of args.entries()) step(i, arg)
	rec.stop()
	return Buffer.concat(chunks)
}

/** Ends of the packets. */
function ends(bytes: Uint8Array): number[] {
	const found = [0]
	for (let at = 0; at < bytes.length; ) {
		let length = 0
		let scale = 1
		for (at++; ; scale *= 128) {
			const byte = bytes[at++]!
			length += (byte & 127) * scale
			if (byte < 128) break
		}
		at += length
		found.push(at)
	}
	return found
}

it('is all whole packets, wherever the last one is broken off', () => {
	const arg = fc.oneof(
		fc.integer(),
		fc.double(),
		fc.string(),
		fc.boolean(),
		fc.object({ maxDepth: 2 }),
		fc.constant(undefined),
	)
	fc.assert(
		fc.property(fc.array(arg, { maxLength: 20 }), fc.nat(), fc.integer({ min: 0, max: 8 }), (args, where, more) => {
			const bytes = trace(args)
			const all = ends(bytes)
			const at = where % (all.length - 1)
			// Recorders write packets piece by piece up to the first message in them, and that at once.
			const cut = all[at]! + Math.min(more, all[at + 1]! - all[at]! - 1)
			const survivor = Survivor.make(bytes.length + 100, 10)
			survivor.bytes.set(bytes.subarray(0, cut))
			expect(survivor.take(true, 0)).toHaveLength(all[at]!)
			expect(survivor.take(true, 0)).toBe(null)
		}),
		{ numRuns: 60 },
	)
})

it('is what is not in the file yet, in the middle of a write', () => {
	const bytes = trace([1, 2, 3])
	for (const [size, isDead, rest] of [
		[1000, true, bytes.length],
		[1010, true, bytes.length - 10],
		[1000 + bytes.length, true, 0],
		[1000, false, null],
	] as const) {
		const survivor = Survivor.make(bytes.length + 100, 10)
		survivor.bytes.set(bytes)
		expect(survivor.begin(1000, bytes.length)).toBe(true)
		expect(survivor.take(isDead, size)?.length ?? null).toBe(rest)
	}
})

it('is nothing of a recorder that has ended, and one that is taken over writes no more', () => {
	const ended = Survivor.make(1000, 10)
	expect(ended.begin(0, 10)).toBe(true)
	ended.end(10)
	ended.close()
	expect(ended.take(true, 0)).toBe(null)
	const taken = Survivor.make(1000, 10)
	expect(taken.take(false, 0)).toEqual(new Uint8Array())
	expect(taken.begin(0, 10)).toBe(false)
})
