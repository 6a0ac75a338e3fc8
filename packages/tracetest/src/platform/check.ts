import type { TraceEvent } from '@tsgotrace/runtime'
import { valueText } from './text.js'

// What the types forbid, and what comes all the same: from JavaScript, and by casts.

/** @throws {TypeError} if `value` is not the descriptor of an event */
export function mustBeEvent(what: string, value: TraceEvent | undefined): void {
	if (typeof value === 'object' && value !== null && typeof value.id === 'string' && typeof value.async === 'boolean')
		return
	const hint = typeof value === 'function' ? '; this is a function: the stub of one?' : ''
	throw new TypeError(`${what}: ${valueText(value)} is not an event: pass its descriptor, such as traceHi_Event${hint}`)
}

/** @throws {TypeError} if `value` is not a function */
export function mustBeFunction(what: string, value: unknown): void {
	if (typeof value === 'function') return
	const hint = value instanceof Promise ? ': it has begun already; pass () => …' : ''
	throw new TypeError(`${what}: a function is expected, not ${valueText(value)}${hint}`)
}

/** @throws {TypeError} if `value` is not a name */
export function mustBeName(what: string, value: unknown): void {
	if (typeof value === 'string' && value !== '') return
	throw new TypeError(`${what}: a name is expected, not ${valueText(value)}`)
}
