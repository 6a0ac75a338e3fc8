// Text that is put together by hand says what JSON.stringify would say.
import { jsonArgs, jsonLine, textMoment, textValue } from '@tsgotrace/trace/export'
import { CutString, type TraceArgs, type TraceSignal, type TraceValue, Unrecorded } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'

const text = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.string({ unit: 'grapheme' }),
	fc.constantFrom('"', '\\', '\u007f', '\u2028', '\ud800', '__proto__'),
)
const value: fc.Arbitrary<TraceValue> = fc.oneof(
	text,
	fc.double(),
	fc.integer(),
	fc.boolean(),
	fc.bigInt(),
	fc.constantFrom(null, undefined, -0, [1, 'a'], { $a: 1 }, new Date(0), new Date(Number.NaN)),
	fc.constant(new CutString('abc', 7)),
	fc.constant(new Unrecorded('error', 'TypeError', { message: 'no' }, 0)),
)
const track = {
	id: 7,
	name: 'ma"in',
	process: { pid: 1, name: 'app', instance: 0 },
	tid: 1,
	kind: 'thread',
	parent: null,
} as const

describe('a line of JSON', () => {
	it('has what the arguments are as JSON', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(text, value)), text, fc.nat({ max: 1e15 }), (entries, id, time) => {
				const args: TraceArgs = Object.assign(Object.create(null) as object, Object.fromEntries(entries))
				const item: TraceSignal = {
					type: 'instant',
					time,
					track,
					id,
					category: id,
					name: id,
					bytes: 3,
					args,
					began: null,
					continues: false,
					within: null,
				}
				const start = 1_700_000_000_999_999_999n
				const line = jsonLine(item, { wallStart: start }, null)
				const at = start + BigInt(time)
				const place = { track: '7', pid: 1, tid: 1, thread: 'ma"in', bytes: 3 }
				expect(line).toBe(
					`${JSON.stringify({ type: 'instant', time, at: String(at), id, category: id, name: id, args: jsonArgs(args), ...place })}\n`,
				)
				const iso = new Date(Number(at / 1_000_000n)).toISOString().slice(0, -1)
				expect(textMoment(start, time)).toBe(`${iso}${String(at % 1_000_000n).padStart(6, '0')}Z`)
			}),
		)
	})
})

test('a Buffer is shown with its first bytes', () => {
	const buffer = (length: number, bytes: string): TraceValue => new Unrecorded('typed', 'Buffer', { length, bytes }, 0)
	expect(textValue(buffer(2, '6869'))).toBe('Buffer(2) <68 69>')
	expect(textValue(buffer(20, '00ff'.repeat(8)))).toMatch(/^Buffer\(20\) <00 ff .* 00 ff …>$/)
	expect(textValue(new Unrecorded('typed', 'Buffer', { length: 0 }, 0))).toBe('Buffer(0)')
})
