import { relative } from 'node:path'
import { inspect, types } from 'node:util'
import type { TraceEvent } from '@tsgotrace/runtime'
import { type Place, placeOf, userStack } from './place.js'

/** `traceHi` of `hello:traceHi`. */
export function nameOf(event: TraceEvent): string {
	return event.id.slice(event.id.lastIndexOf(':') + 1)
}

/** `traceHi('T1·A')`. */
export function callText(event: TraceEvent, args: readonly unknown[]): string {
	// No event, but an `await` that the plugin has made a choice point.
	if (nameOf(event) === 'await') return 'await'
	return `${nameOf(event)}(${args.map(valueText).join(', ')})`
}

/** One line. The values are the program's: none of its getters runs, and a `toString` that throws harms nothing. */
export function valueText(value: unknown): string {
	// With its state come the marks that async_hooks put on it.
	if (types.isPromise(value)) return 'Promise'
	try {
		const text = inspect(value, {
			depth: 2,
			breakLength: Number.POSITIVE_INFINITY,
			maxArrayLength: 8,
			maxStringLength: 120,
			customInspect: isMatcher(value),
		})
		return text.length > 200 ? `${text.slice(0, 200)}…` : text
	} catch {
		return '<cannot be shown>'
	}
}

/** Whether it is a matcher of a test runner, such as `expect.any(Number)`, which prints itself. */
export function isMatcher(value: unknown): boolean {
	return typeof value === 'object' && value !== null && '$$typeof' in value
}

/** `src/a.ts:4`, relative to where the tests run. */
export function placeText(place: Place): string {
	const near = relative(process.cwd(), place.file)
	return `${near.startsWith('..') || near === '' ? place.file : near}:${place.line}`
}

/** `1 run`, `2 runs`, `10,000 runs`. */
export function count(n: number, what: string): string {
	return `${thousands(n)} ${what}${n === 1 ? '' : 's'}`
}

/** `10,000`. By hand: what Node loads for `toLocaleString` takes longer than many a search. */
export function thousands(n: number): string {
	return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `0.09 ms`, `16 ms`, `2.1 s`. */
export function duration(ms: number): string {
	if (ms < 10) return `${ms.toFixed(2)} ms`
	return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/**
 * The user's frames of a stack, for a message. Not in the form in which stacks are: runners read a stack together with
 * the message before it, and would take these frames for those of the error.
 */
export function callersText(stack: string): string {
	return userStack(stack)
		.split('\n')
		.map(line => {
			const place = placeOf(line)
			const [, name] = /^\s*at (?:async )?(.*) \(.*\)$/.exec(line) ?? []
			const caller = name === undefined || name === '<anonymous>' ? '' : `${name} `
			return place === undefined ? `    ${line.trim()}` : `    ${caller}${placeText(place)}:${place.column}`
		})
		.join('\n')
}
