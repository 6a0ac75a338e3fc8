// How to ask a value what it is without running code of the program. Everything is taken when the module loads: a traced program may
// patch prototypes later, and a test that records must not call what it patched. Proxies are recognised first and never touched.
// oxlint-disable typescript/unbound-method -- they are called on values of which nothing is known, by Reflect.apply
import { Buffer } from 'node:buffer'
import { types } from 'node:util'

export const isProxy: (typeof types)['isProxy'] = types.isProxy
export const isDate: (typeof types)['isDate'] = types.isDate
export const isNativeError: (typeof types)['isNativeError'] = types.isNativeError
export const isRegExp: (typeof types)['isRegExp'] = types.isRegExp
export const isMap: (typeof types)['isMap'] = types.isMap
export const isSet: (typeof types)['isSet'] = types.isSet
export const isAnyArrayBuffer: (typeof types)['isAnyArrayBuffer'] = types.isAnyArrayBuffer
export const isArrayBufferView: (typeof types)['isArrayBufferView'] = types.isArrayBufferView
export const isDataView: (typeof types)['isDataView'] = types.isDataView

const apply = Reflect.apply
const create = Object.create as (prototype: null) => Record<string, 0>
const { keys } = Object

/** A getter of the language, which does nothing but read an internal slot. */
function slot<T>(prototype: object, key: PropertyKey): (value: unknown) => T {
	const getter = Object.getOwnPropertyDescriptor(prototype, key)?.get
	if (getter === undefined) throw new Error(`this engine has no getter ${String(key)}`)
	return value => apply(getter, value, []) as T
}

function method<T>(fn: (...args: never[]) => T): (value: unknown) => T {
	return value => apply(fn, value, [])
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
export const typedName: (value: unknown) => string = slot(typedArray, Symbol.toStringTag)
export const typedLength: (value: unknown) => number = slot(typedArray, 'length')
const bufferPrototype: object = Buffer.prototype
/** Whether a typed array is a Buffer of Node, and of no class of the program that extends it. */
export const isBuffer = (value: object): boolean => prototypeOf(value) === bufferPrototype

/** Bytes that are shown of a typed array of bytes. */
const SHOWN = 16

/** The first elements of a typed array of bytes, in hexadecimal. Elements are never looked for in a prototype. */
export function firstBytes(value: object): string {
	const length = Math.min(SHOWN, typedLength(value))
	let text = ''
	for (let i = 0; i < length; i++) {
		const byte = (value as Uint8Array)[i]!
		text += digits[byte >> 4]! + digits[byte & 15]!
	}
	return text
}
const digits = '0123456789abcdef'

export const viewLength: (value: unknown) => number = slot(DataView.prototype, 'byteLength')
const arrayBufferLength = slot<number>(ArrayBuffer.prototype, 'byteLength')
const sharedLength = slot<number>(SharedArrayBuffer.prototype, 'byteLength')
export const isShared: (value: unknown) => boolean = types.isSharedArrayBuffer
export const bufferLength = (value: unknown): number => (isShared(value) ? sharedLength(value) : arrayBufferLength(value))
export const mapSize: (value: unknown) => number = slot(Map.prototype, 'size')
export const setSize: (value: unknown) => number = slot(Set.prototype, 'size')
export const regexpSource: (value: unknown) => string = slot(RegExp.prototype, 'source')
/** Each flag by its own slot: the getter `flags` would ask for properties, which may be overridden. */
const flagSlots = (
	[
		['d', 'hasIndices'],
		['g', 'global'],
		['i', 'ignoreCase'],
		['m', 'multiline'],
		['s', 'dotAll'],
		['u', 'unicode'],
		['v', 'unicodeSets'],
		['y', 'sticky'],
	] as const
).map(([flag, key]) => [flag, slot<boolean>(RegExp.prototype, key)] as const)
export function regexpFlags(value: unknown): string {
	let flags = ''
	for (let i = 0; i < flagSlots.length; i++) if (flagSlots[i]![1](value)) flags += flagSlots[i]![0]
	return flags
}
export const dateTime: (value: unknown) => number = method(Date.prototype.getTime)
export const dateText: (value: unknown) => string = method(Date.prototype.toISOString)
export const symbolText: (value: unknown) => string | undefined = slot(Symbol.prototype, 'description')
export const bigintText: (value: unknown) => string = method(BigInt.prototype.toString)

export const descriptorOf: typeof Object.getOwnPropertyDescriptor = Object.getOwnPropertyDescriptor
const prototypeOf = Object.getPrototypeOf
export const isArray: (value: unknown) => value is unknown[] = Array.isArray
export const ownKeys: (value: object) => (string | symbol)[] = Reflect.ownKeys

/** The value of a data property of the object or, unless a Proxy or a getter is met on the way, of its prototypes. */
export function dataProperty(object: object, key: string): unknown {
	// Chains are short; one made endless is impossible, one made long is not walked.
	for (let at: object | null = object, i = 0; at !== null && i < 32; at = prototypeOf(at) as object | null, i++) {
		if (isProxy(at)) return undefined
		const own = descriptorOf(at, key)
		if (own !== undefined) return own.value
	}
	return undefined
}

/** The name of a function, as far as it is plain data. */
export function functionName(fn: object): string {
	const name: unknown = isProxy(fn) ? undefined : descriptorOf(fn, 'name')?.value
	return typeof name === 'string' ? name : ''
}

/** The name of the class of an object; empty for plain objects, for those without a prototype, and where only code could tell. */
export function className(object: object): string {
	const prototype = prototypeOf(object) as object | null
	if (prototype === null || isProxy(prototype)) return ''
	const constructor = dataProperty(prototype, 'constructor')
	if (typeof constructor !== 'function') return ''
	const name = functionName(constructor)
	return name === 'Object' ? '' : name
}

const wellFormed = (String.prototype as unknown as { isWellFormed(): boolean }).isWellFormed
/** Whether a string has no lone surrogate, that is, whether it has a UTF-8 form. */
export const isWellFormed: (text: string) => boolean = wellFormed.call.bind(wellFormed) as (text: string) => boolean

/**
 * The one string of this text that the engine keeps, as it does for names of properties: it shares nothing with `text`, of which a part of a long string
 * would keep the whole alive. And `text` becomes a pointer to it, so that both are found to be equal by comparing pointers. Without a prototype, as
 * no setter may be met, and as a map of names instead of a new hidden class for each.
 */
export function unique(text: string): string {
	const names = create(null)
	names[text] = 0
	return keys(names)[0]!
}
