import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { loadTrace } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const one = declare('values:traceOne', 'value: unknown')
const typed = declare(
	'values:traceTyped',
	's: string',
	'n: number',
	'b: boolean',
	'o?: number',
	'u: string | null',
	'g: bigint',
)
const rest = declare('values:traceRest', 'first: number', '...rest: unknown[]')

/** What is recorded of each value, given to an event of one parameter. */
function recorded(values: readonly unknown[], options = {}): unknown[] {
	const { rec, bytes } = collect({ events: 'values:*', ...options })
	for (const value of values) one(value)
	const trace = bytes()
	expect(rec.stats).toMatchObject({ signals: values.length, recorded: values.length, dropped: 0, errors: 0 })
	return decodeEvents(trace)
		.filter(({ id }) => id === 'values:traceOne')
		.map(({ args }) => args['value'])
}

const primitive = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 300 }),
	fc.string(),
	fc.double(),
	fc.integer(),
	// Where a varint gets longer.
	fc.integer({ min: 0, max: 53 }).chain(bits => fc.constantFrom(2 ** bits - 1, 2 ** bits, 1 - 2 ** bits)),
	fc.maxSafeInteger(),
	fc.bigInt(),
	fc.bigInt({ min: -(2n ** 1000n), max: 2n ** 1000n }),
	fc.boolean(),
	fc.constantFrom(
		null,
		undefined,
		-0,
		2 ** 53,
		-(2 ** 53),
		Number.MAX_VALUE,
		Number.NaN,
		Number.POSITIVE_INFINITY,
		2n ** 64n,
		2n ** 64n - 1n,
		-1n,
	),
	// Lone surrogates.
	fc
		.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 6 })
		.map(units => `\\u${String.fromCharCode(...units)}`),
)

describe('values', () => {
	it('that are primitive come back as they were', () => {
		fc.assert(
			fc.property(fc.array(primitive, { maxLength: 20 }), values => {
				expect(recorded(values)).toEqual(values)
			}),
			{ numRuns: runs(60, 300) },
		)
	})

	it('that are plain objects and arrays come back, as far as they are within the limits', () => {
		const key = fc.string({ maxLength: 8 }).filter(name => name !== '__proto__')
		const { tree } = fc.letrec<{ tree: unknown }>(tie => ({
			tree: fc.oneof(
				{ depthSize: 'small', maxDepth: 3 },
				primitive,
				fc.array(tie('tree'), { maxLength: 5 }),
				fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
			),
		}))
		fc.assert(
			fc.property(tree, value => {
				// The same value through JSON-like equality: the decoder knows no prototypes.
				expect(recorded([value])).toEqual([value])
			}),
			{ numRuns: runs(60, 300) },
		)
	})

	it('of declared parameters take the same form, whatever comes', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(primitive, primitive, primitive, primitive, primitive, primitive), { maxLength: 10 }),
				calls => {
					const { bytes } = collect({ events: 'values:traceTyped' })
					for (const args of calls) {
						typed(...args)
						typed('same', 1, true, undefined, null, 5n)
						typed(...args)
					}
					const events = decodeEvents(bytes()).filter(({ id }) => id === 'values:traceTyped')
					expect(events.map(({ args }) => Object.values(args))).toEqual(
						calls.flatMap(args => [args, ['same', 1, true, undefined, null, 5n], args]),
					)
				},
			),
			{ numRuns: runs(40, 200) },
		)
	})

	it('of a rest parameter are an array; missing ones are undefined; surplus ones are left out', () => {
		const { bytes } = collect({ events: 'values:*' })
		rest(1, 'a', { b: 2 })
		rest(2)
		one()
		one(1, 2)
		expect(
			decodeEvents(bytes())
				.filter(({ metadata }) => !metadata)
				.map(({ args }) => args),
		).toEqual([{ first: 1, rest: ['a', { b: 2 }] }, { first: 2, rest: [] }, { value: undefined }, { value: 1 }])
	})

	it('that are not plain data say what they are', () => {
		class Point {
			x = 1
			#y = 2
			get y() {
				return this.#y
			}
		}
		expect(
			recorded([
				new Date(0),
				new Date(Number.NaN),
				new RangeError('too far'),
				new Uint16Array(5),
				Buffer.alloc(7),
				new DataView(new ArrayBuffer(9)),
				new ArrayBuffer(3),
				new SharedArrayBuffer(4),
				new Map([[1, 2]]),
				new Set([1, 2, 3]),
				/a\/b/giu,
				Symbol('s'),
				Point,
				new Point(),
				Object.create(null),
				Object.assign([1], { 2: 3 }),
				() => {},
				2n ** 2000n,
			]),
		).toEqual([
			{ $date: '1970-01-01T00:00:00.000Z' },
			{ $date: 'invalid' },
			{ $error: 'RangeError', $message: 'too far' },
			{ $typed: 'Uint16Array', $length: 5 },
			{ $typed: 'Buffer', $length: 7, $bytes: '00000000000000' },
			{ $typed: 'DataView', $length: 9 },
			{ $typed: 'ArrayBuffer', $length: 3 },
			{ $typed: 'SharedArrayBuffer', $length: 4 },
			{ $class: 'Map', $size: 1 },
			{ $class: 'Set', $size: 3 },
			{ $regexp: '/a\\/b/giu' },
			{ $symbol: 's' },
			{ $function: 'Point' },
			{ $class: 'Point', x: 1 },
			{},
			[1, Symbol.for('empty'), 3],
			{ $function: '' },
			{ $bigint: '', $bits: 1025 },
		])
	})

	it('that are strings resolve when the tables have started anew', () => {
		const texts = Array.from({ length: 66_000 }, (_, i) => `text ${i}`)
		const { bytes } = collect({ events: 'values:traceOne' })
		for (const text of texts) for (let k = 0; k < 3; k++) one(text)
		const trace = bytes()
		expect(trace.length).toBeLessThan(66_000 * 120)
		const found = decodeEvents(trace).filter(({ metadata }) => !metadata)
		expect(found.every(({ args }, i) => args['value'] === texts[Math.floor(i / 3)])).toBe(true)
		expect(found).toHaveLength(198_000)
	})

	it('that are too long, too deep or too many are cut, and say so', () => {
		const deep = { a: { a: { a: { a: { a: 1 } } } } }
		const [text, nested, list, object, huge, pair] = recorded([
			'x'.repeat(100_000_000),
			deep,
			Array.from({ length: 1000 }, (_, i) => i),
			Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])),
			Array.from({ length: 32 }, () => Array.from({ length: 32 }, () => 'y'.repeat(2000))),
			`${'x'.repeat(1023)}😀`,
		])
		expect(text).toBe(`${'x'.repeat(1024)}…[+99998976]`)
		expect(nested).toEqual({ a: { a: { a: { a: Symbol.for('object') } } } })
		expect(list).toHaveLength(33)
		expect((list as unknown[]).at(-1)).toEqual({ $more: 968 })
		expect(Object.keys(object as object)).toHaveLength(33)
		expect((object as { $more: number }).$more).toBe(68)
		expect(JSON.stringify(huge, (_, v: unknown) => (typeof v === 'symbol' ? String(v) : v)).length).toBeLessThan(30_000)
		expect(pair).toBe(`${'x'.repeat(1023)}…[+2]`)
	})
})

describe('code of the program', () => {
	const boom = (): never => {
		throw new Error('the recorder has called code of the program')
	}

	it('is never called: getters, toString, toJSON, iterators, traps of Proxies, patched prototypes', () => {
		const cyclic: Record<string, unknown> = { n: 1 }
		cyclic['self'] = cyclic
		const { proxy, revoke } = Proxy.revocable({}, {})
		revoke()
		const trapped = new Proxy(
			{},
			{ get: boom, ownKeys: boom, getOwnPropertyDescriptor: boom, getPrototypeOf: boom, has: boom },
		)
		const values = [
			Object.defineProperty({}, 'a', { get: boom, enumerable: true }),
			{ toString: boom, toJSON: boom, valueOf: boom, [Symbol.toPrimitive]: boom, [Symbol.iterator]: boom },
			trapped,
			proxy,
			Object.create(trapped),
			cyclic,
			new (class extends Error {
				override get message() {
					return boom()
				}
				override get name() {
					return boom()
				}
			})(),
			new (class extends Date {
				override getTime = boom
				override toISOString = boom
			})(0),
			Object.assign([1], { map: boom }),
			new Proxy(() => {}, { get: boom }),
			Object.defineProperty(new Uint8Array(2), 'length', { get: boom }),
			Object.defineProperty(/x/, 'flags', { get: boom }),
			new (class extends Map {
				override get size() {
					return boom()
				}
			})(),
			Object.create({
				get constructor() {
					return boom()
				},
			}),
		]
		const names = recorded(values)
		expect(names).toMatchObject<unknown[]>([
			{ a: Symbol.for('getter') },
			{ toString: { $function: 'boom' } },
			Symbol.for('proxy'),
			Symbol.for('proxy'),
			{},
			{ n: 1, self: Symbol.for('circular') },
			{ $error: 'Error', $message: '' },
			{ $date: '1970-01-01T00:00:00.000Z' },
			[1],
			Symbol.for('proxy'),
			{ $typed: 'Uint8Array', $length: 2, $bytes: '0000' },
			{ $regexp: '/x/' },
			{ $class: 'Map', $size: 0 },
			{},
		])
	})

	it('keeps working with a trace that Perfetto accepts', async () => {
		const { bytes } = collect({ events: 'values:*' })
		for (const value of [
			{ a: [1, { b: -0 }], c: null },
			[],
			{},
			new Error('x'),
			Number.NaN,
			-5,
			2 ** 60,
			-(2n ** 70n),
			'\ud800',
			'a\0b',
			Symbol('x'),
		])
			one(value)
		expect((await loadTrace(bytes())).faults).toEqual([])
	})

	it('may be a redactor that throws or signals events itself: the argument is not written', () => {
		const { rec, bytes } = collect({
			events: 'values:*',
			redact: {
				'values:traceOne': value => {
					if (value === 'bad') throw new Error('x')
					if (value === 'again') rest(1)
					return typeof value === 'string' ? value.length : value
				},
				'values:traceTyped': ['s', 'n'],
			},
		})
		one('bad')
		one('again')
		one('four')
		typed('secret', 42, true, 1, null, 1n)
		const trace = bytes()
		expect(Buffer.from(trace).includes('secret')).toBe(false)
		expect(
			decodeEvents(trace)
				.filter(({ metadata }) => !metadata)
				.map(({ args }) => args),
		).toEqual([
			{ value: Symbol.for('redacted') },
			{ first: 1, rest: [] },
			{ value: 5 },
			{ value: 4 },
			{ s: Symbol.for('redacted'), n: Symbol.for('redacted'), b: true, o: 1, u: null, g: 1n },
		])
		expect(rec.stats.errors).toBe(0)
		expect(decodeEvents(trace).find(({ args }) => args['id'] === 'values:traceTyped')?.args['redacted']).toBe('s, n')
	})
})
