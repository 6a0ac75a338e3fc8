import type { AwaitTree, Link } from '../model.js'
import { keyWithoutValues, mergeLinks } from '../source/remap.js'
import { chainLines } from './lines.js'
import { type ReportOptions, writeChain } from './text.js'

/** How the number of chains of one kind changed between two trees. */
export interface ChainChange {
	/** The outermost link of the chain, by its index in {@link TreeDiff.links}. */
	readonly link: number
	/** Their number before and after. */
	readonly before: number
	readonly after: number
}

/** Two trees of one program. */
export interface TreeDiff {
	readonly format: 'tsgotrace-tree-diff/1'
	readonly links: readonly Link[]
	/** Chains in both trees, largest increase first: what has been waiting all the time, or a leak. */
	readonly both: readonly ChainChange[]
	readonly started: readonly ChainChange[]
	readonly ended: readonly ChainChange[]
}

/**
 * Compare two trees of a program by their kinds of chains. Individual calls cannot be compared, because chains of a
 * kind are equal.
 *
 * @param before the earlier one
 */
export function diffTrees(before: AwaitTree, after: AwaitTree): TreeDiff {
	const offset = before.links.length
	const all = [
		...before.links,
		...after.links.map(link => ({ ...link, on: link.on.map(index => index + offset) }) as Link),
	]
	// The line of an await is known for some calls only.
	const { links: merged, indexes } = mergeLinks(
		all,
		link => link,
		link => keyWithoutValues(link.kind === 'call' ? { ...link, awaits: null } : link),
	)
	const links = [...merged]
	for (const [i, link] of all.entries()) {
		const same = links[indexes[i]!]!
		if (link.kind === 'call' && same.kind === 'call')
			links[indexes[i]!] = { ...same, awaits: same.awaits ?? link.awaits }
	}
	const count = (tree: AwaitTree, from: number): Map<number, number> => {
		const counts = new Map<number, number>()
		for (const group of tree.groups) {
			const link = indexes[group.link + from]!
			counts.set(link, (counts.get(link) ?? 0) + group.count)
		}
		return counts
	}
	const [old, now] = [count(before, 0), count(after, offset)]
	const changes = [...new Set([...now.keys(), ...old.keys()])].map(link => ({
		link,
		before: old.get(link) ?? 0,
		after: now.get(link) ?? 0,
	}))
	return {
		format: 'tsgotrace-tree-diff/1',
		links,
		both: changes
			.filter(change => change.before > 0 && change.after > 0)
			.sort((a, b) => growth(b) - growth(a) || b.after - a.after),
		started: changes.filter(change => change.before === 0).sort((a, b) => b.after - a.after),
		ended: changes.filter(change => change.after === 0).sort((a, b) => b.before - a.before),
	}
}

function growth({ before, after }: ChainChange): number {
	return after - before
}

/** The changes as text for a terminal. */
export function diffText(diff: TreeDiff, options: ReportOptions = {}): string {
	const { width = 80, showPath = file => file } = options
	const out: string[] = []
	const section = (title: string, changes: readonly ChainChange[]): void => {
		const shown = changes.slice(0, options.groups ?? changes.length)
		out.push(
			`${out.length > 0 ? '\n' : ''}${title}: ${changes.length} ${changes.length === 1 ? 'kind' : 'kinds'} of chains\n`,
		)
		for (const { link, before, after } of shown) {
			const head = before === 0 ? `+${after} x ` : after === 0 ? `-${before} x ` : `${before} -> ${after} x `
			out.push('\n', writeChain(chainLines(diff, link, showPath), head, width))
		}
		if (shown.length < changes.length) out.push(`\n… ${changes.length - shown.length} more\n`)
	}
	section('in both: has been waiting, or is a leak if it grows', diff.both)
	section('new', diff.started)
	section('gone', diff.ended)
	return out.join('')
}
