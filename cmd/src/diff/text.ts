import type { Comparison, GroupDifference } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { count, plural } from '../format.js'
import { table } from '../table.js'
import { nothingText, type Side } from './side.js'

const maxRows = 20
/** Bytes of Markdown. */
const max = 4096

/** A comparison for a terminal. */
export function diffText(a: Side, b: Side, differences: readonly GroupDifference[], width: number): string {
	if (differences.length === 0) return `${headText(a, b)}\n\n${nothingText}\n`
	const rows = differences
		.slice(0, maxRows)
		.map(({ kind, name, count: n, p50, p99, verdict }) => [
			`${kind} ${name}`,
			verdict,
			...valueOf(p50),
			rangeOf(p50),
			...valueOf(p99),
			rangeOf(p99),
			`${count(n[0])}/${count(n[1])}`,
		])
	const head = ['', '', 'p50', 'change', 'between', 'p99', 'change', 'between', 'count']
	const more = differences.length > maxRows ? `… and ${count(differences.length - maxRows)} more: --json has all\n` : ''
	const causes = differences
		.filter(({ verdict, causes: all }) => (verdict === 'slower' || verdict === 'faster') && all.length > 0)
		.map(
			({ kind, name, mean, causes: all }) =>
				`${kind} ${name}: ${signed(mean.after - mean.before)} on average\n${all.map(causeText).join('')}`,
		)
	return `${headText(a, b)}\n\n${table([head, ...rows], { width, left: [1], optional: [8, 7, 4] })}${more}${causes.length > 0 ? `\nwhere it comes from\n${causes.map(text => text.replace(/^/gm, '  ').trimEnd()).join('\n')}\n` : ''}`
}

/** A comparison as Markdown, of at most 4 kB. */
export function diffMarkdown(a: Side, b: Side, differences: readonly GroupDifference[]): string {
	if (differences.length === 0) return `${headText(a, b)}\n\n${nothingText}\n`
	let text = `${headText(a, b)}\n\n| | | p50 | change | p99 | change | count |\n|---|---|--:|--:|--:|--:|--:|\n`
	for (const [i, { kind, name, count: n, p50, p99, verdict, mean, causes }] of differences.entries()) {
		const why =
			verdict === 'slower' || verdict === 'faster'
				? causes
						.slice(0, 2)
						.map(
							({ what, before, after }) =>
								`${what.replace(/[\s|`]+/g, ' ')} ${signed(after - before)} of ${signed(mean.after - mean.before)}`,
						)
				: []
		const cells = [
			`\`${`${kind} ${name}`.replace(/[\s|`]+/g, ' ').slice(0, 200)}\``,
			`${verdict === 'slower' ? '**slower**' : verdict}${why.length > 0 ? `: ${why.join('; ')}` : ''}`,
			...valueOf(p50).slice(0, 1),
			`${valueOf(p50)[1]} ${rangeOf(p50)}`,
			...valueOf(p99).slice(0, 1),
			`${valueOf(p99)[1]} ${rangeOf(p99)}`,
			`${count(n[0])}/${count(n[1])}`,
		]
		const row = `| ${cells.join(' | ')} |\n`
		if (Buffer.byteLength(text) + Buffer.byteLength(row) + 60 > max)
			return `${text}\n… and ${differences.length - i} more\n`
		text += row
	}
	return text
}

function headText(a: Side, b: Side): string {
	return `${a.path} (${plural(a.runs.length, 'run')}) against ${b.path} (${plural(b.runs.length, 'run')})`
}

function valueOf({ before, after, change }: Comparison): [values: string, change: string] {
	return [
		`${before === 0 ? '-' : textDuration(before)} → ${after === 0 ? '-' : textDuration(after)}`,
		before === 0 || after === 0 ? '' : percent(change),
	]
}

/** Between which the change is. */
function rangeOf({ low, high }: Comparison): string {
	return low === null || high === null ? '' : `[${percent(low)}, ${percent(high)}]`
}

function percent(share: number): string {
	const text = (share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)
	return `${share > 0 && !/^0(\.0)?$/.test(text) ? '+' : ''}${text} %`
}

function causeText({ what, before, after }: GroupDifference['causes'][number]): string {
	return `  ${what}: ${signed(after - before)} (${textDuration(before)} → ${textDuration(after)})\n`
}

function signed(ns: number): string {
	return `${ns < 0 ? '-' : '+'}${textDuration(Math.abs(ns))}`
}
