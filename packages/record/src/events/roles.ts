import { splitId } from '@tsgotrace/trace/format/ids'
import { counterEvent, instantEvent, sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import { type Param, parseParams } from './params.js'
import type { Role } from './site.js'

/** Two events that are the begin and the end of one slice. `*` stands for the same text in both. */
export interface SliceRule {
	/** Id, or a pattern such as `*Begin`. */
	readonly begin: string
	readonly end: string
	/**
	 * The slice's name, in which `{route}` stands for the argument `route` of the begin. Default: the text for `*`
	 * without the trace package; without a `*`, the name of the begin.
	 */
	readonly name?: string
	/**
	 * How an end finds its begin: `arg`, by the same first argument; `context`, by running in the asynchronous context
	 * that the begin ran in; `thread`, it ends the innermost slice of the thread, for synchronous code: such slices nest
	 * on one track. Default: `arg` if both have a first parameter of the same name and type, else `context`.
	 */
	readonly key?: 'arg' | 'context' | 'thread'
}

export const defaultSlices: readonly SliceRule[] = [
	{ begin: '*Begin', end: '*End' },
	{ begin: '*Start', end: '*End' },
	{ begin: '*Pre', end: '*' },
]

interface DeclaredEvent {
	readonly id: string
	readonly params: readonly string[]
}

/** The text that `*` matches in `id`, or null if the pattern does not match. Empty for a pattern without `*`. */
function star(pattern: string, id: string): string | null {
	const at = pattern.indexOf('*')
	if (at === -1) return pattern === id ? '' : null
	const tail = pattern.slice(at + 1)
	const fits = id.length > pattern.length - 1 && id.startsWith(pattern.slice(0, at)) && id.endsWith(tail)
	return fits ? id.slice(at, id.length - tail.length) : null
}

interface SlicePair {
	readonly begin: string
	readonly end: string
	readonly rule: SliceRule
	readonly name: string
	readonly template: string | undefined
}

/** The pairs that `id` would be part of, in the order of the rules. */
function pairsOf(id: string, rules: readonly SliceRule[], exists: (id: string) => boolean): SlicePair[] {
	const pairs: SlicePair[] = []
	for (const rule of rules)
		for (const side of ['begin', 'end'] as const) {
			const text = star(rule[side], id)
			if (text === null) continue
			const other = rule[side === 'begin' ? 'end' : 'begin'].replace('*', () => text)
			if (other === id || !exists(other)) continue
			const [begin, end] = side === 'begin' ? [id, other] : [other, id]
			const usual = splitId(text)[1] || splitId(begin)[1]
			const template = rule.name !== undefined && /\{[^{}]+\}/.test(rule.name) ? rule.name : undefined
			pairs.push({
				begin,
				end,
				rule,
				name: template === undefined ? (rule.name ?? usual) : usual,
				template,
			})
		}
	return pairs
}

/** The role of an event, given which other events exist. */
export function roleOf(
	event: DeclaredEvent,
	rules: readonly SliceRule[],
	counters: boolean,
	find: (id: string) => DeclaredEvent | undefined,
	dones = true,
): Role {
	const exists = (id: string): boolean => find(id) !== undefined
	const [pair] = pairsOf(event.id, rules, exists)
	if (pair !== undefined) {
		// `XStart` is not a begin if `XEnd` belongs to `XBegin`.
		const [theirs] = pairsOf(pair.begin === event.id ? pair.end : pair.begin, rules, exists)
		if (theirs?.begin === pair.begin && theirs.end === pair.end) {
			const first = find(pair.begin)!.params[0]
			const key = pair.rule.key ?? (first !== undefined && first === find(pair.end)!.params[0] ? 'arg' : 'context')
			const template =
				pair.template ??
				(parseParams(find(pair.begin)!.params).some(({ name }) => name === 'slice') ? '{slice}' : undefined)
			const role: Role = { type: pair.begin === event.id ? sliceBegin : sliceEnd, name: pair.name, key }
			return template === undefined ? role : { ...role, named: { template, end: splitId(pair.end)[1] } }
		}
	}
	const [, name] = splitId(event.id)
	const ended = /^(.+)Done$/.exec(name)
	if (dones && ended !== null && /^ms\s*:\s*number$/.test(event.params[0]?.trim() ?? ''))
		return { type: instantEvent, name: ended[1]!, done: true }
	if (/.Sample$/.test(name) && parseParams(event.params).some(isStack))
		return { type: instantEvent, name, sample: true }
	const counted = /^(.+)Count$/.exec(name)
	if (
		counters &&
		counted !== null &&
		event.params.length === 1 &&
		/^[\w$]+\s*:\s*number$/.test(event.params[0]!.trim())
	)
		return { type: counterEvent, name: counted[1]! }
	return { type: instantEvent, name }
}

/** Whether a parameter of a sample is its stack. */
export function isStack({ name, rest, type }: Param): boolean {
	return name === 'stack' && !rest && /\[\]$|^(Readonly)?Array</.test(type)
}

/** Whether a parameter says how many milliseconds before its event a sample was taken, or a slice ended. */
export function isAgo({ name, rest, type }: Param): boolean {
	return name === 'ago' && !rest && type === 'number'
}
