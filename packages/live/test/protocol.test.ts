import fc from 'fast-check'
import { expect, inject, it } from 'vitest'
import { bucketOf, durationOf, quantile } from '../src/protocol/durations.js'
import { encodeFrame, encodeJson, type FrameKind, FrameReader, frameKind, parseBody } from '../src/protocol/frames.js'

const numRuns = inject('thorough') ? 5000 : 200
const frames = fc.array(
	fc.record({
		kind: fc.integer({ min: 0, max: 4 }),
		request: fc.nat(0xffff_ffff),
		body: fc.uint8Array({ maxLength: 300 }),
	}),
	{ maxLength: 20 },
)

it('frames are the same however the stream is cut', () => {
	fc.assert(
		fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, sizes) => {
			const stream = Buffer.concat(sent.map(({ kind, request, body }) => encodeFrame(kind as FrameKind, request, body)))
			const reader = new FrameReader(300)
			const got: { kind: number; request: number; body: Uint8Array }[] = []
			for (let at = 0, i = 0; at < stream.length; i++) {
				const size = sizes[i % sizes.length]!
				for (const frame of reader.push(stream.subarray(at, at + size)))
					got.push({ ...frame, body: new Uint8Array(frame.body) })
				at += size
			}
			expect(got).toEqual(sent)
		}),
		{ numRuns },
	)
})

it('what is no frame ends the stream, before its body has come', () => {
	expect(() => new FrameReader(10).push(Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0]))).toThrow(/no frame of kind 9/)
	expect(() => new FrameReader(10).push(Buffer.from([0, 0, 0, 0, 0, 11, 0, 0, 0]))).toThrow(
		/a frame of 11 bytes is longer than 10/,
	)
	const [frame] = new FrameReader(100).push(encodeJson(frameKind.request, 1, [1]))
	expect(() => parseBody(frame!)).toThrow(/a message must be an object/)
})

it('quantiles of buckets are those of the durations, but for 2.2 %', () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: 0.002, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(durations, q) => {
				const pairs = durations.flatMap(ms => [bucketOf(ms), 1])
				const sorted = durations.toSorted((a, b) => a - b)
				const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!
				expect(Math.abs(quantile(pairs, q)! / exact - 1)).toBeLessThan(0.0222)
			},
		),
		{ numRuns },
	)
	expect(quantile([], 0.5)).toBe(null)
	expect([bucketOf(0), bucketOf(-1), bucketOf(Number.NaN)]).toEqual([0, 0, 0])
	expect(durationOf(bucketOf(1e12))).toBeGreaterThan(1e8)
})
