import { existsSync, readFileSync } from 'node:fs'
import type { FileChange } from './write.js'

/** A generated file that is not current. */
export interface StaleFile {
	readonly path: string
	/** `missing`, `left over`, or what would change: `+traceNew -traceOld ~traceChanged`. */
	readonly why: string
}

/** One line about what is stale in the file of `change`. */
export function staleFile({ path, text }: FileChange): StaleFile {
	if (text === null) return { path, why: 'left over' }
	if (!existsSync(path)) return { path, why: 'missing' }
	return { path, why: difference(readFileSync(path, 'utf8'), text) }
}

/**
 * The hash of an event is in the literal of its descriptor. A quote in the text of a parameter before it would be
 * escaped.
 */
const event = /^export const ([\w$]+)_Event: [^]*?, hash: '(\w*)'/gm
const maxShown = 5

function difference(before: string, after: string): string {
	const [old, now] = [before, after].map(text => new Map([...text.matchAll(event)].map(m => [m[1]!, m[2]!]))) as [
		Map<string, string>,
		Map<string, string>,
	]
	const items = [
		...[...now.keys()].filter(name => !old.has(name)).map(name => `+${name}`),
		...[...old.keys()].filter(name => !now.has(name)).map(name => `-${name}`),
		...[...now].filter(([name, hash]) => old.has(name) && old.get(name) !== hash).map(([name]) => `~${name}`),
	]
	if (items.length === 0) return 'the same events, different text'
	return items.length > maxShown
		? `${items.slice(0, maxShown).join(' ')} and ${items.length - maxShown} more`
		: items.join(' ')
}
