import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyOf, isAsCopied } from '../src/platform/copy.js'

class Point {
	x = 1
	inner = { y: [1, 2] }
	readonly #secret = 1
	get secret(): number {
		return this.#secret
	}
}

const anything = fc.anything({
	withBigInt: true,
	withDate: true,
	withMap: true,
	withSet: true,
	withNullPrototype: true,
	withSparseArray: true,
	withTypedArray: true,
	withBoxedValues: true,
})

test('a copy is equal, and as it was', () => {
	fc.assert(
		fc.property(anything, value => {
			const copied = copyOf(value)
			expect(copied).toStrictEqual(value)
			expect(isAsCopied(copied, value)).toBe(true)
		}),
		{ numRuns: 300 },
	)
})

/** All objects in `value` that can be changed, each with a change of it. */
function changes(value: unknown, seen: Set<unknown> = new Set()): (() => void)[] {
	if (typeof value !== 'object' || value === null || seen.has(value)) return []
	seen.add(value)
	if (value instanceof Map)
		return [() => value.set(Symbol('new'), 1), ...[...value].flat().flatMap(item => changes(item, seen))]
	if (value instanceof Set) return [() => value.add(Symbol('new')), ...[...value].flatMap(item => changes(item, seen))]
	if (value instanceof Date)
		return [() => value.setTime(Number.isNaN(value.getTime()) ? 0 : value.getTime() + (value.getTime() > 0 ? -1 : 1))]
	if (ArrayBuffer.isView(value))
		return (value as Uint8Array).length === 0 ? [] : [() => ((value as Uint8Array)[0]! ^= 1)]
	if (Object.prototype.toString.call(value) !== '[object Object]' && !Array.isArray(value)) return []
	return [() => Reflect.set(value, 'isNew', {}), ...Object.values(value).flatMap(item => changes(item, seen))]
}

test('any change of any part of it is seen, and does not reach the copy', () => {
	const integers = { withMap: true, withSet: true, withDate: true, withNullPrototype: true } as const
	fc.assert(
		fc.property(fc.anything(integers), fc.nat(), (value, n) => {
			const all = changes(value)
			if (all.length === 0) return
			const [copied, before] = [copyOf(value), copyOf(value)]
			all[n % all.length]!()
			expect(isAsCopied(copied, value)).toBe(false)
			expect(copied).toStrictEqual(before)
		}),
		{ numRuns: 300 },
	)
})

test('objects of classes, cycles, and what has no copy', () => {
	const point = new Point()
	const copied = copyOf(point)
	expect(copied).toBeInstanceOf(Point)
	point.inner.y.push(3)
	expect(copied.inner).toEqual({ y: [1, 2] })
	expect(isAsCopied(copied, point)).toBe(false)

	const cycle: { self?: unknown } = {}
	cycle.self = cycle
	const again = copyOf(cycle)
	expect(again.self).toBe(again)
	expect(isAsCopied(again, cycle)).toBe(true)

	const never = new Promise(() => {})
	const error = new Error('oh')
	expect(copyOf([never, error, expect])).toEqual([never, error, expect])
})

test('no code of the program runs', () => {
	const loud = {
		get x(): number {
			throw new Error('read')
		},
	}
	const proxy: object = new Proxy(
		{},
		{
			ownKeys: () => expect.unreachable(),
			getPrototypeOf: () => expect.unreachable(),
			get: () => expect.unreachable(),
		},
	)
	const values = [loud, proxy]
	expect(isAsCopied(copyOf(values), values)).toBe(true)
})
