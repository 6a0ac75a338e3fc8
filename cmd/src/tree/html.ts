import {
	type AwaitTree,
	type ChainLine,
	chainLines,
	deadlockText,
	groupLines,
	headline,
	type TreeDiff,
} from '@tsgotrace/tree'
import { escapeHtml, htmlDocument } from '../html/document.js'

type ShowPath = (file: string) => string

/** A tree as a page: each kind of chain opens to its links. */
export function treeHtml(tree: AwaitTree, source: string, show: ShowPath): string {
	const warnings = tree.warnings.map(text => `<p class="problem">${escapeHtml(text)}</p>`)
	const deadlocks = tree.deadlocks.map(deadlock => `<p class="problem">${escapeHtml(deadlockText(tree, deadlock))}</p>`)
	const max = tree.groups[0]?.count ?? 1
	const groups = tree.groups.map((group, i) =>
		chain(groupLines(tree, group, show), `${group.count.toLocaleString('en')} ×`, group.count / max, i < 3),
	)
	return htmlDocument(
		`${source}: what it waits for`,
		`<h1>${escapeHtml(source)}</h1>
<p>${escapeHtml(headline(tree))}</p>
${warnings.join('\n')}
${deadlocks.length > 0 ? `<h2>Possible deadlocks</h2>\n${deadlocks.join('\n')}` : ''}
${groups.length > 0 ? '<h2>Chains, the most frequent first</h2>' : ''}
${groups.join('\n')}`,
	)
}

/** Two trees as a page: what has become more, what is new, what has gone. */
export function treeDiffHtml(diff: TreeDiff, sources: readonly string[], show: ShowPath): string {
	const section = (title: string, changes: TreeDiff['both']): string =>
		`<h2>${title}: ${changes.length} ${changes.length === 1 ? 'kind' : 'kinds'} of chains</h2>\n${changes
			.map(({ link, before, after }, i) => {
				const head = before === 0 ? `+${after} ×` : after === 0 ? `-${before} ×` : `${before} → ${after} ×`
				return chain(chainLines(diff, link, show), head, null, i < 3)
			})
			.join('\n')}`
	const title = sources.join(' and ')
	return htmlDocument(
		title,
		`<h1>${escapeHtml(title)}</h1>
${section('In both', diff.both)}
${section('New', diff.started)}
${section('Gone', diff.ended)}`,
	)
}

/** @param share of the most frequent kind */
function chain(lines: readonly ChainLine[], head: string, share: number | null, isOpen: boolean): string {
	const [first, ...rest] = lines
	if (first === undefined) return ''
	const bar =
		share === null
			? ''
			: `<svg width="${Math.max(2, Math.round(share * 160))}" height="6" aria-hidden="true" style="margin: 3px 0"><rect width="100%" height="100%" fill="var(--bar)"/></svg>`
	const items = rest.map(
		({ indent, text, place }) =>
			`<li style="padding-left: ${indent * 18 + 10}px"><code>${escapeHtml(text)}</code>${placeOf(place)}</li>`,
	)
	return `<details${isOpen ? ' open' : ''}><summary><b>${head}</b> <code>${escapeHtml(first.text)}</code> ${placeOf(first.place)}${bar}</summary><ul class="chain">${items.join('')}</ul></details>`
}

function placeOf(place: string): string {
	return place === '' ? '' : `<code class="place">${escapeHtml(place)}</code>`
}
