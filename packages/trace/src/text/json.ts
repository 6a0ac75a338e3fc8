import { CutString, type TraceArgs, type TraceValue, Unrecorded } from '../read/values.js'

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * A value as JSON. Values that JSON does not have become an object with one key that starts with `$`.
 *
 * `{"$number":"NaN"}`, `{"$bigint":"12"}`, `{"$undefined":true}`, `{"$date":"…"}`, `{"$cut":12,"start":"…"}`, and of an
 * `Unrecorded` its kind, such as `{"$error":"TypeError","message":"…"}`, `{"$proxy":true}`. Keys of the program's own
 * objects that start with `$` get a second one.
 */
export function jsonValue(value: TraceValue): Json {
	if (value === undefined) return { $undefined: true }
	if (typeof value === 'bigint') return { $bigint: String(value) }
	if (typeof value === 'object') return value === null ? null : jsonObject(value)
	if (typeof value !== 'number') return value
	if (Object.is(value, -0)) return { $number: '-0' }
	return Number.isFinite(value) ? value : { $number: String(value) }
}

/** Arguments as JSON. */
export function jsonArgs(args: TraceArgs): Record<string, Json> {
	const json: Record<string, Json> = {}
	for (const name in args) define(json, name, jsonValue(args[name]))
	return json
}

function jsonObject(value: Exclude<TraceValue, string | number | bigint | boolean | null | undefined>): Json {
	if (value instanceof CutString) return { $cut: value.missing, start: value.start }
	if (value instanceof Date) return { $date: dateText(value) }
	if (Array.isArray(value)) return (value as readonly TraceValue[]).map(jsonValue)
	if (!(value instanceof Unrecorded)) return own(value as TraceArgs)
	const json: Record<string, Json> = {
		[`$${value.kind}`]: value.name === '' ? (value.more > 0 ? value.more : true) : value.name,
	}
	const fields = own(value.fields)
	if (value.kind === 'partial' || value.kind === 'class') {
		if (Object.keys(fields).length > 0) json['value'] = fields
		if (value.more > 0) json['more'] = value.more
		return json
	}
	return { ...json, ...fields }
}

function own(fields: TraceArgs): Record<string, Json> {
	const json: Record<string, Json> = {}
	for (const name in fields) define(json, name.startsWith('$') ? `$${name}` : name, jsonValue(fields[name]))
	return json
}

/** A parameter may be called `__proto__`. */
function define(json: Record<string, Json>, name: string, value: Json): void {
	if (name === '__proto__')
		Object.defineProperty(json, name, { value, enumerable: true, configurable: true, writable: true })
	else json[name] = value
}

export function dateText(date: Date): string {
	return Number.isNaN(date.getTime()) ? 'invalid' : date.toISOString()
}
