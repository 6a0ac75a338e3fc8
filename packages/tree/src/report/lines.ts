import type { AwaitTree, CallLink, ChainGroup, HolderLink, Link, PossibleDeadlock, TaskLink } from '../model.js'
import { onOneLine } from './oneline.js'

/** One line of a chain, without control characters. */
export interface ChainLine {
	/** Depth of branches. */
	readonly indent: number
	readonly text: string
	/** Where that is, `file:line`, or ''. */
	readonly place: string
}

/** Formats paths for display. */
export type ShowPath = (file: string) => string

/** How many links of a straight chain are shown at its beginning and at its end. */
const ends = 10
/** How many branches of a `Promise.all` are shown. */
const branches = 8
const maxLines = 120

/** Anything that has links. */
export interface Linked {
	readonly links: readonly Link[]
}

/** The lines of a chain, from a link down. */
export function chainLines(tree: Linked, link: number, show: ShowPath): ChainLine[] {
	const lines: ChainLine[] = []
	write(tree, link, 0, '', show, lines)
	return lines.map(({ indent, text, place }) => ({ indent, text: onOneLine(text), place: onOneLine(place) }))
}

function write(tree: Linked, start: number, indent: number, prefix: string, show: ShowPath, lines: ChainLine[]): void {
	const straight: Link[] = []
	let at = tree.links[start]!
	const seen = new Set<Link>()
	for (;;) {
		straight.push(at)
		seen.add(at)
		if (at.on.length !== 1) break
		const next = tree.links[at.on[0]!]!
		if (seen.has(next)) break
		at = next
	}
	const left = straight.length - 2 * ends
	for (const [i, link] of straight.entries()) {
		if (left > 1 && i === ends) lines.push({ indent, text: `… ${left} more`, place: '' })
		if (left > 1 && i >= ends && i < ends + left) continue
		lines.push({ indent, ...lineOf(link, i === 0 ? prefix : prefix === '' ? '' : '  ', i > 0, show) })
	}
	const { on } = at
	if (on.length < 2) return
	const sorted = [...on].sort((a, b) => rank(tree.links[a]!) - rank(tree.links[b]!))
	for (const branch of sorted.slice(0, branches)) {
		if (lines.length > maxLines) return
		write(tree, branch, indent + 1, '- ', show, lines)
	}
	if (on.length > branches) lines.push({ indent: indent + 1, text: `- and ${on.length - branches} more`, place: '' })
}

/** The lines of a group, with its thread, and the time for which tasks have waited. */
export function groupLines(tree: Linked, { link, maxMs, thread }: ChainGroup, show: ShowPath): ChainLine[] {
	const [first, ...rest] = chainLines(tree, link, show)
	const outer = tree.links[link]!
	if (first === undefined) return []
	const text = outer.kind === 'task' && maxMs !== undefined ? taskText(outer, maxMs) : first.text
	const all = thread === undefined ? text : `${text} in thread ${thread}`
	return [{ ...first, text: onOneLine(all) }, ...rest]
}

/**
 * A task, before the place where it waits or began.
 * @param ms for how long it has waited, or has been there where states are not followed
 */
function taskText({ name, site, awaits, hasState }: TaskLink, ms: number | null = null): string {
	const long = ms === null ? '' : ` for up to ${durationText(ms)}`
	if (awaits !== null) return `task '${name}' waits${long} at`
	const ago = ms === null || hasState ? '' : ` up to ${durationText(ms)} ago`
	const begun = site === null && ago === '' ? '' : `, begun${ago}${site === null ? '' : ' at'}`
	return `task '${name}'${hasState ? ` waits${long}` : ''}${begun}`
}

function durationText(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`
	if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`
	return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}

/** A possible deadlock, in a sentence. */
export function deadlockText(tree: AwaitTree, { groups, objects }: PossibleDeadlock): string {
	const counts = new Map<string, number>()
	for (const object of objects) counts.set(object, (counts.get(object) ?? 0) + 1)
	const of = [...counts].map(([name, n]) => `${n} ${name}`).join(', ')
	const names = groups.map(group => outerName(tree.links[tree.groups[group]!.link]!))
	return onOneLine(
		`possible deadlock: ${names.join(' and ')} wait for ${of}, which nothing else that is suspended uses`,
	)
}

function outerName(link: Link): string {
	return link.kind === 'call' || link.kind === 'task'
		? link.name
		: link.kind === 'promise'
			? promiseText(link.how, link.name)
			: link.kind
}

/** Chains before their ends. */
function rank(link: Link): number {
	return ['task', 'call', 'promise', 'holder', 'end'].indexOf(link.kind)
}

/**
 * @param prefix what marks a branch, or is below such a mark
 * @param isAwaited whether the line before it waits for this one
 */
function lineOf(link: Link, prefix: string, isAwaited: boolean, show: ShowPath): { text: string; place: string } {
	const text = (what: string): string => `${prefix}${isAwaited ? 'awaits ' : ''}${what}`
	const end = (what: string): string => `${prefix}${prefix === '- ' ? '' : '<- '}${what}`
	switch (link.kind) {
		case 'call': {
			const site = link.awaits ?? link.site
			return {
				text: text(`${link.name}${valuesText(link)}`),
				place: site === null ? '' : `${show(site.file)}:${site.line}`,
			}
		}
		case 'task': {
			const site = link.awaits ?? link.site
			return {
				text: `${prefix}${isAwaited ? 'with ' : ''}${taskText(link)}`,
				place: site === null ? '' : `${show(site.file)}:${site.line}`,
			}
		}
		case 'promise': {
			const { site } = link
			return {
				text: text(promiseText(link.how, link.name)),
				place: site === null ? '' : `${show(site.file)}:${site.line}`,
			}
		}
		case 'holder':
			return {
				text: end(holderText(link)),
				place: link.site === null ? '' : `${show(link.site.file)}:${link.site.line}`,
			}
		case 'end':
			return {
				text:
					link.why === 'cycle'
						? text(endTexts.cycle)
						: link.why === 'yield'
							? `${prefix}${endTexts.yield}`
							: end(endTexts[link.why]),
				place: '',
			}
	}
}

/** ` (one has id = 7, url = "/a")` */
function valuesText({ values = [] }: CallLink): string {
	return values.length === 0 ? '' : ` (one has ${values.map(({ name, value }) => `${name} = ${value}`).join(', ')})`
}

function promiseText(how: string, name: string | null): string {
	if (how === 'module') return 'a module that is being loaded'
	if (['all', 'allSettled', 'any', 'race'].includes(how)) return `Promise.${how}`
	return `.${how}(${name === null || name === '(anonymous)' ? '' : name})`
}

/** The holder of the resolver, in words. */
function holderText({ by, path, of }: HolderLink): string {
	if (by === 'native') return nativeTexts[of] ?? `${of} of Node`
	const event = /_events\.(.+?)(?:\[\]|\.|$)/.exec(path)?.[1] ?? /<symbol kEvents><Map>.*\.listener/.exec(path)?.[0]
	if (event !== undefined) return path.startsWith('_events') ? `event '${event}' of ${of}` : `listener of ${of}`
	if (of === 'Timeout' || of === 'Immediate') return of === 'Timeout' ? 'a timer' : 'setImmediate'
	const shown = shortPath(path)
	if (by === 'variable') return `held by variable ${shown}`
	if (by === 'global') return `held by globalThis.${shown}`
	return `held by ${shown} of ${of}`
}

/** The longest path that is shown as a whole: it fits into a line, with a class. */
const longestPath = 44

/** The beginning and the end of a long path. */
function shortPath(path: string): string {
	if (path.length <= longestPath) return path
	const [first = path, ...rest] = path.match(/\.?(?:<[^>]*>|\[\]|[^.[<]+)/g) ?? []
	const last: string[] = []
	let length = first.length + 1
	for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
		length += part.length
		if (length > longestPath && last.length > 0) break
		last.unshift(part)
	}
	return `${first}…${last.join('').replace(/^\./, '')}`
}

const nativeTexts: Readonly<Record<string, string>> = {
	'native code': 'native code of Node',
	fetch: 'a fetch without an answer',
	'Atomics.waitAsync': 'Atomics.waitAsync, until a notify',
}

const endTexts = {
	'no-resolver': 'nothing can resolve it any more: its resolve and reject are lost',
	unknown: 'held by something without a name',
	cycle: 'itself: this chain is a circle and never ends',
	yield: '(running, or suspended at yield)',
} as const
