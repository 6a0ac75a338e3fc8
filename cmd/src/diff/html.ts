import type { Comparison, GroupDifference } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { count, plural } from '../format.js'
import { escapeHtml, htmlDocument } from '../html/document.js'
import { nothingText, type Side } from './side.js'

const width = 180
const height = 20
/** What changed by more is drawn at the edge. */
const widest = 2

/** A comparison as a page. */
export function diffHtml(a: Side, b: Side, differences: readonly GroupDifference[]): string {
	const scale = Math.min(
		widest,
		differences
			.flatMap(({ p50, p99 }) => [p50, p99])
			.reduce(
				(max, { change, low, high }) =>
					Math.max(max, ...[change, low ?? 0, high ?? 0].filter(Number.isFinite).map(Math.abs)),
				0.05,
			),
	)
	const counts = (['slower', 'faster', 'no change', 'too few', 'new', 'gone'] as const)
		.map(verdict => [verdict, differences.filter(one => one.verdict === verdict).length] as const)
		.filter(([, n]) => n > 0)
		.map(([verdict, n]) => `<span class="${verdict.replace(' ', '-')}">${n} ${verdict}</span>`)
	const title = `${a.path} against ${b.path}`
	return htmlDocument(
		title,
		`<h1>${escapeHtml(a.path)} (${plural(a.runs.length, 'run')}) against ${escapeHtml(b.path)} (${plural(b.runs.length, 'run')})</h1>
<p>${counts.join(', ') || nothingText}</p>
<p class="faint">The bars: how much a quantile changed, and between which values that is. With all of them together, the chance is 1 % that something is called slower or faster though nothing changed. The edge is ${percent(scale)}.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">what</th><th scope="col">verdict</th><th scope="col">p50</th><th scope="col">change</th><th scope="col">p99</th><th scope="col">change</th><th scope="col">count</th></tr></thead>
<tbody>
${differences.map(difference => rowOf(difference, scale)).join('\n')}
</tbody>
</table></div>
${causesOf(differences)}`,
	)
}

function rowOf({ kind, name, count: n, p50, p99, verdict }: GroupDifference, scale: number): string {
	return `<tr><th scope="row">${kind} ${escapeHtml(name)}</th><td class="${verdict.replace(' ', '-')}">${verdict}</td>${cells(p50, scale)}${cells(p99, scale)}<td>${count(n[0])} → ${count(n[1])}</td></tr>`
}

function cells(change: Comparison, scale: number): string {
	const { before, after } = change
	const values = `${before === 0 ? '–' : textDuration(before)} → ${after === 0 ? '–' : textDuration(after)}`
	return `<td>${values}</td><td>${before === 0 || after === 0 ? '' : `${barOf(change, scale)}${percent(change.change)}`}</td>`
}

/** The change as a mark, on the range in which it is. */
function barOf({ change, low, high }: Comparison, scale: number): string {
	const x = (share: number): number =>
		Math.round((0.5 + Math.max(-0.5, Math.min(0.5, share / scale / 2))) * width * 10) / 10
	const range = low === null || high === null ? null : [low, high]
	const text = `${percent(change)}${range === null ? ', too few for a range' : `, between ${percent(range[0]!)} and ${percent(range[1]!)}`}`
	const color =
		range === null || (range[0]! <= 0 && range[1]! >= 0) ? 'var(--faint)' : change > 0 ? 'var(--bad)' : 'var(--good)'
	const box =
		range === null
			? ''
			: `<rect x="${x(range[0]!)}" y="5" width="${Math.max(1, x(range[1]!) - x(range[0]!))}" height="10" fill="${color}" opacity="0.45"/>`
	return `<svg width="${width}" height="${height}" role="img" aria-label="${text}"><title>${text}</title><line x1="${width / 2}" y1="0" x2="${width / 2}" y2="${height}" stroke="var(--border)"/>${box}<rect x="${x(change) - 1.5}" y="2" width="3" height="16" fill="${color}"/></svg>`
}

/** What a change of the mean consists of, before and after side by side. */
function causesOf(differences: readonly GroupDifference[]): string {
	const changed = differences.filter(
		({ verdict, causes }) => (verdict === 'slower' || verdict === 'faster') && causes.length > 0,
	)
	if (changed.length === 0) return ''
	return `<h2>Where it comes from</h2>
${changed
	.map(({ kind, name, mean, causes, verdict }) => {
		const max = causes.reduce((all, { before, after }) => Math.max(all, before, after), 1)
		const bar = (ns: number, color: string): string =>
			`<rect x="0" y="2" width="${Math.max(0.5, (ns / max) * width)}" height="8" fill="${color}"/>`
		const rows = causes.map(
			({ what, before, after }) =>
				`<tr><th scope="row">${escapeHtml(what)}</th><td>${textDuration(before)} → ${textDuration(after)}</td><td>${signed(after - before)}</td><td><svg width="${width}" height="24" aria-hidden="true"><g>${bar(before, 'var(--faint)')}</g><g transform="translate(0 10)">${bar(after, 'var(--bar)')}</g></svg></td></tr>`,
		)
		return `<h3 class="${verdict}">${kind} ${escapeHtml(name)}: ${signed(mean.after - mean.before)} on average</h3>
<div class="scroll"><table><thead><tr><th scope="col">part</th><th scope="col">of one, on average</th><th scope="col">change</th><th scope="col">before and after</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
	})
	.join('\n')}`
}

function percent(share: number): string {
	return `${share > 0 ? '+' : ''}${(share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)} %`
}

function signed(ns: number): string {
	return `${ns < 0 ? '-' : '+'}${textDuration(Math.abs(ns))}`
}
