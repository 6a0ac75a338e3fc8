// JSON as text, without an object for each line: that is what most of the time goes to otherwise.
import type { TraceArgs, TraceValue } from '../read/values.js'
import { jsonValue } from './json.js'

/** Nothing in it is to be escaped. */
const plain = /^[ !#-[\]-~]*$/

/** A string as JSON. */
export function jsonString(text: string): string {
	return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** Arguments as JSON: the text of `jsonArgs`. */
export function jsonArgsText(args: TraceArgs): string {
	let text = ''
	for (const name in args) text += `${text === '' ? '{' : ','}${jsonString(name)}:${jsonValueText(args[name])}`
	return text === '' ? '{}' : `${text}}`
}

export function jsonValueText(value: TraceValue): string {
	if (typeof value === 'string') return jsonString(value)
	if (typeof value === 'boolean') return value ? 'true' : 'false'
	if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return String(value)
	return JSON.stringify(jsonValue(value))
}
