import { types } from 'node:util'

/** Objects of one value that are copied; what is beyond is shared with the original. */
const max = 1000

type PairCheck = (copied: unknown, live: unknown) => boolean

/**
 * A copy of `value` that later changes of it do not reach: of plain objects and those of classes, arrays, maps, sets,
 * dates and bytes. What has a state that cannot be read, such as a promise, a function or a proxy, is shared. No code
 * of the program runs: getters stay getters.
 */
export function copyOf<V>(value: V): V {
	const copies = new Map<object, object>()
	const copy = (one: unknown): unknown => {
		if (typeof one !== 'object' || one === null) return one
		const known = copies.get(one)
		if (known !== undefined) return known
		const made = copies.size < max ? emptyLike(one) : undefined
		if (made === undefined) return one
		copies.set(one, made)
		if (types.isMap(one)) for (const [key, item] of mapEntries(one)) Map.prototype.set.call(made, copy(key), copy(item))
		if (types.isSet(one)) for (const item of setValues(one)) Set.prototype.add.call(made, copy(item))
		if (types.isTypedArray(one)) return made
		for (const key of Reflect.ownKeys(one)) {
			const property = Object.getOwnPropertyDescriptor(one, key)!
			Object.defineProperty(made, key, 'value' in property ? { ...property, value: copy(property.value) } : property)
		}
		return made
	}
	return copy(value) as V
}

/** Whether `live` is still as it was when it was copied. */
export function isAsCopied(copied: unknown, live: unknown): boolean {
	const seen = new Set<unknown>()
	const same: PairCheck = (was, is) => {
		if (Object.is(was, is) || seen.has(was)) return true
		if (typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) return false
		seen.add(was)
		if (Object.getPrototypeOf(was) !== Object.getPrototypeOf(is)) return false
		if (types.isDate(was) && types.isDate(is))
			return Object.is(Date.prototype.getTime.call(was), Date.prototype.getTime.call(is))
		if (types.isTypedArray(was) && types.isTypedArray(is)) return Buffer.compare(bytes(was), bytes(is)) === 0
		if (types.isMap(was) && types.isMap(is)) return sameItems(mapEntries(was).flat(), mapEntries(is).flat(), same)
		if (types.isSet(was) && types.isSet(is)) return sameItems(setValues(was), setValues(is), same)
		const keys = Reflect.ownKeys(was)
		return sameItems(keys, Reflect.ownKeys(is), Object.is) && keys.every(key => sameProperty(was, is, key, same))
	}
	return same(copied, live)
}

function sameProperty(was: object, is: object, key: PropertyKey, same: PairCheck): boolean {
	const [before, now] = [Object.getOwnPropertyDescriptor(was, key)!, Object.getOwnPropertyDescriptor(is, key)!]
	return before.get === now.get && before.set === now.set && same(before.value, now.value)
}

function sameItems(was: readonly unknown[], is: readonly unknown[], same: PairCheck): boolean {
	return was.length === is.length && was.every((item, i) => same(item, is[i]))
}

/** Undefined for what cannot be copied. */
function emptyLike(value: object): object | undefined {
	if (types.isProxy(value)) return undefined
	const prototype = Object.getPrototypeOf(value) as object | null
	const made = empty(value)
	return made !== undefined && Object.getPrototypeOf(made) !== prototype ? Object.setPrototypeOf(made, prototype) : made
}

function empty(value: object): object | undefined {
	if (Array.isArray(value)) return []
	if (types.isMap(value)) return new Map()
	if (types.isSet(value)) return new Set()
	if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value))
	if (types.isTypedArray(value)) return Uint8Array.prototype.slice.call(value)
	const opaque =
		types.isPromise(value) ||
		types.isNativeError(value) ||
		types.isRegExp(value) ||
		types.isWeakMap(value) ||
		types.isWeakSet(value) ||
		types.isAnyArrayBuffer(value) ||
		types.isDataView(value) ||
		types.isBoxedPrimitive(value) ||
		types.isExternal(value) ||
		types.isGeneratorObject(value) ||
		types.isModuleNamespaceObject(value)
	return opaque ? undefined : {}
}

function bytes(array: NodeJS.TypedArray): Buffer {
	return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}

function mapEntries(map: Map<unknown, unknown>): [unknown, unknown][] {
	return [...Map.prototype.entries.call(map)]
}

function setValues(set: Set<unknown>): unknown[] {
	return [...Set.prototype.values.call(set)]
}
