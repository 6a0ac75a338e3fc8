// How to inspect a value without running code of the program. Everything is taken when the module loads: a traced program may
// patch prototypes later, and recording must not call the patched functions. Proxies are recognised first and never touched.
// oxlint-disable typescript/unbound-method -- Reflect.apply calls them on values of any kind
import { Buffer } from 'node:buffer'
import type { types as Types } from 'node:util'

/** An import of `node:util` runs all of its getters, which loads much of Node. */
const types: typeof Types = process.getBuiltinModule('node:util').types

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

/** A built-in getter, which only reads an internal slot. */
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
/** Whether a typed array is Node's Buffer itself, and not a class of the program that extends it. */
export const isBuffer = (value: object): boolean => prototypeOf(value) === bufferPrototype

/** Number of bytes that are written of a typed array of bytes. */
const maxShownBytes = 16

/** The first elements of a typed array of bytes, in hexadecimal. Never reads an element from a prototype. */
export function firstBytes(value: object): string {
	const length = Math.min(maxShownBytes, typedLength(value))
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
export const bufferLength = (value: unknown): number =>
	isShared(value) ? sharedLength(value) : arrayBufferLength(value)
export const mapSize: (value: unknown) => number = slot(Map.prototype, 'size')
export const setSize: (value: unknown) => number = slot(Set.prototype, 'size')
export const regexpSource: (value: unknown) => string = slot(RegExp.prototype, 'source')
/**
 * Reads the internal slot of each flag: the getter `flags` would read properties, which the program may have
 * overridden.
 */
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
	// Chains are usually short and cannot be endless. One that was made long on purpose is not walked.
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

/**
 * The name of the class of an object; empty for plain objects, for those without a prototype, and where only code of
 * the program could say.
 */
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
 * The engine's only copy of this text, as it keeps for names of properties. It does not share memory with `text`, so
 * that a part of a long string does not keep the whole string alive. And `text` becomes a pointer to it, so that both
 * compare equal by pointer. The map has no prototype, because it must not meet a setter, and is in dictionary mode, so
 * that no name makes a new hidden class.
 */
export function unique(text: string): string {
	const names = create(null)
	names[text] = 0
	return keys(names)[0]!
}
