// Timers that the program sets outside of tasks, by the name that their jobs get.
import { isAbsolute, relative, sep } from 'node:path'
import { placesOfStack } from '../tasks/place.js'

/**
 * Maximum number of places that are looked up in a second, because a stack takes longer than all else. Further
 * functions have the place of one with the same source text, or none.
 */
const maxPlaces = 100
/** Maximum number of distinct names; all further jobs are called `timer`. */
const maxNames = 500

/** The names of functions that timers have called; null if Node set the timer for itself. */
const ofFunction = new WeakMap<object, string | null>()
const names = new Set<string>()
/** By source text. */
const ofText = new Map<string, string>()
const maxText = 500
const looked = { second: 0, count: 0 }

/**
 * The name of the jobs of a timer that is being set now. Null: it is a timer of Node, or resolves a promise for code
 * that has a task of its own, or none.
 */
export function timerName(timer: object): string | null {
	const fn = (timer as { readonly _onTimeout?: unknown })._onTimeout
	if (typeof fn !== 'function') return null
	const known = ofFunction.get(fn)
	if (known !== undefined) return known
	const name = nameOf(fn)
	if (name === '' && isNative(fn)) return null
	const second = Math.floor(performance.now() / 1000)
	if (looked.second !== second) Object.assign(looked, { second, count: 0 })
	if (++looked.count > maxPlaces) return ofText.get(textOf(fn)) ?? limited(['timer', name])
	const place = placeOfCall()
	const result = place === null ? null : limited(['timer', name, place])
	ofFunction.set(fn, result)
	if (result !== null && ofText.size < maxNames) ofText.set(textOf(fn), result)
	return result
}

function limited(parts: readonly string[]): string {
	const name = parts.filter(part => part !== '').join(' ')
	if (names.has(name)) return name
	if (names.size >= maxNames) return 'timer'
	names.add(name)
	return name
}

function nameOf(fn: object): string {
	const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value
	return typeof name === 'string' ? name.replace(/^(bound )+/, '').slice(0, 64) : ''
}

function textOf(fn: object): string {
	return Function.prototype.toString.call(fn).slice(0, maxText)
}

/** Such as the function that resolves a promise. */
function isNative(fn: object): boolean {
	return textOf(fn).endsWith('{ [native code] }')
}

/** Where the program calls `setTimeout` or `setInterval`. Null if Node calls it. */
function placeOfCall(): string | null {
	const places = placesOfStack()
	const isOfTimers = (place: string | null): boolean => place !== null && /^node:(internal\/)?timers:/.test(place)
	const first = places.findIndex(isOfTimers)
	const place = first < 0 ? undefined : places.slice(first).find(one => !isOfTimers(one))
	if (place === undefined || place === null || place.startsWith('node:')) return null
	own ??= ownPackages(places[0] ?? null)
	return own.test(place) ? null : shown(place)
}

/** Files of this package and of those beside it, such as the recorder: their timers are not jobs of the program. */
let own: RegExp | null = null

function ownPackages(place: string | null): RegExp {
	const folder = place === null ? null : /^(.*[/\\])[^/\\]+[/\\](?:dist|src)[/\\]/.exec(place)?.[1]
	const beside =
		folder === null || folder === undefined
			? ''
			: `^${folder.replace(/[^\w/-]/g, '\\$&')}[^/\\\\]+[/\\\\](?:dist|src)[/\\\\]|`
	return new RegExp(`${beside}[/\\\\]node_modules[/\\\\]@tsgotrace[/\\\\]`)
}

/** `src/queue.ts:12`, from the current directory. */
function shown(place: string): string {
	const line = place.replace(/:\d+$/, '')
	if (!isAbsolute(line)) return line
	const path = relative(process.cwd(), line)
	return path.startsWith('..') || isAbsolute(path) ? line : path.split(sep).join('/')
}
