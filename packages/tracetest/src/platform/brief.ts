import { inspect, types } from 'node:util'
import type { TraceEvent } from '@tsgotrace/runtime'
import { isMatcher, nameOf } from './text.js'

/** Characters of a string, and fields of an object, that are shown. */
const max = { text: 30, inner: 16, fields: 2 } as const

/**
 * `traceSend(Conn, { id: 7, … })`: as short as a line with several events needs it. The arguments are those of the
 * program: none of its code runs.
 */
export function briefCall(event: TraceEvent, args: readonly unknown[]): string {
	// No event, but an `await` that the plugin has made a choice point.
	if (nameOf(event) === 'await') return 'await'
	return `${nameOf(event)}(${args.map(briefValue).join(', ')})`
}

/** A primitive, shortened; the class of an object, or the first fields if it has none. */
export function briefValue(value: unknown): string {
	try {
		return typeof value === 'object' && value !== null ? objectText(value) : primitiveText(value, max.text)
	} catch {
		return '<cannot be shown>'
	}
}

function primitiveText(value: unknown, length: number): string {
	if (typeof value === 'function') return `${propertyOf(value, 'name', 'string') ?? ''}()`
	return typeof value === 'string' ? inspect(shortened(value, length)) : shortened(inspect(value), length)
}

function objectText(value: object): string {
	if (types.isProxy(value)) return 'Proxy'
	if (isMatcher(value)) return shortened(inspect(value), max.text)
	if (types.isNativeError(value)) {
		const message = propertyOf(value, 'message', 'string') ?? ''
		return `${classOf(value) ?? 'Error'}(${inspect(shortened(message, max.inner))})`
	}
	const name = classOf(value)
	if (types.isMap(value) || types.isSet(value)) return `${name ?? 'Map'}(${sizeOf(value)})`
	if (types.isDate(value)) return inspect(value)
	if (Array.isArray(value)) return listText(value)
	return name === undefined ? fieldsText(value) : name
}

function sizeOf(value: Map<unknown, unknown> | Set<unknown>): number {
	return types.isMap(value) ? [...Map.prototype.keys.call(value)].length : [...Set.prototype.keys.call(value)].length
}

function listText(list: readonly unknown[]): string {
	const shown = Array.from({ length: Math.min(list.length, max.fields) }, (_, i) => innerText(list, i))
	return `[${[...shown, ...(list.length > max.fields ? [`… ${list.length - max.fields} more`] : [])].join(', ')}]`
}

function fieldsText(object: object): string {
	const keys = Object.keys(object)
	const shown = keys.slice(0, max.fields).map(key => `${key}: ${innerText(object, key)}`)
	if (keys.length === 0) return '{}'
	return `{ ${[...shown, ...(keys.length > max.fields ? ['…'] : [])].join(', ')} }`
}

/** A value in an object: of another object the class alone. */
function innerText(holder: object, key: PropertyKey): string {
	const property = Object.getOwnPropertyDescriptor(holder, key)
	if (property === undefined) return ''
	if (!('value' in property)) return '<getter>'
	const value: unknown = property.value
	if (typeof value !== 'object' || value === null) return primitiveText(value, max.inner)
	if (types.isProxy(value)) return 'Proxy'
	return Array.isArray(value) ? `[${value.length}]` : (classOf(value) ?? '{…}')
}

/** The name of its class; undefined for an object without one. */
function classOf(value: object): string | undefined {
	for (
		let prototype = Object.getPrototypeOf(value) as object | null;
		prototype !== null;
		prototype = Object.getPrototypeOf(prototype)
	) {
		if (prototype === Object.prototype || types.isProxy(prototype)) return undefined
		const made = propertyOf(prototype, 'constructor', 'function')
		const name = made === undefined || types.isProxy(made) ? undefined : propertyOf(made, 'name', 'string')
		if (name === 'Object') return undefined
		if (name !== undefined && name !== '') return name
	}
	return undefined
}

interface Kinds {
	readonly string: string
	readonly function: object
}

/** An own property that is not a getter, if it is of that type. */
function propertyOf<Kind extends keyof Kinds>(object: object, key: string, kind: Kind): Kinds[Kind] | undefined {
	const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value
	return typeof value === kind ? (value as Kinds[Kind]) : undefined
}

function shortened(text: string, length: number): string {
	return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
