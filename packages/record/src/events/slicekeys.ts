import { unique } from '../engine/natives.js'

/** Maximum length of a key, in UTF-16 units. Longer ones are compared by their beginning. */
const maxKeyLength = 256

export function isObject(value: unknown): value is object {
	return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether an argument is a key as it is. Most are. */
export function isPlain(arg: unknown): boolean {
	return typeof arg === 'number' || (typeof arg === 'string' && arg.length <= maxKeyLength)
}

/** What slices with this argument are found by. */
export function keyOf(arg: unknown): unknown {
	if (typeof arg === 'string' && arg.length > maxKeyLength) return unique(`${arg.length}:${arg.slice(0, maxKeyLength)}`)
	return typeof arg === 'symbol' ? String(arg) : arg
}
