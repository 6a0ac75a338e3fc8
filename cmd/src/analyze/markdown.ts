import type { AnalysisReport, Finding, GroupReport, TaskReport } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { count, plural, rate } from '../format.js'
import { onOneLine } from '../table.js'
import { costText, errorsOf, evidenceText, headText, lookText, sharesOf, shareText } from './parts.js'

/** Bytes: what fits into a comment on a pull request beside others, and into what a program reads. */
const maxBytes = 4096

/** A report as Markdown, of at most 4 kB: findings first, then as many rows as there is room for. */
export function reportMarkdown(report: AnalysisReport, files: string): string {
	const { findings, tasks, calls, regions, slices, quality, unknown } = report
	const pieces = new Pieces(`${headText(report)}\n`)
	pieces.add(findings.length === 0 ? '\n**No findings.**\n' : `\n**${plural(findings.length, 'finding')}**\n\n`)
	pieces.list(
		findings.map(finding => findingText(finding, files)),
		'findings',
	)
	for (const { what, count: n, effect } of quality.slice(0, 4))
		pieces.add(`\n> ${n === null ? '' : `${count(n)} `}${what}: ${effect}\n`)
	const cost = costText(report)
	if (cost !== '') pieces.add(`\n> ${cost}\n`)
	for (const text of unknown) pieces.add(`\n> Not known: ${text}\n`)
	pieces.table(
		'task',
		tasks.map(group => groupRow(group, statesText(group))),
	)
	pieces.table(
		'call',
		calls.map(group => groupRow(group, '')),
	)
	pieces.table(
		'region',
		regions.map(group => groupRow(group, '')),
	)
	pieces.table(
		'slice',
		slices.map(group => groupRow(group, '')),
	)
	return pieces.text
}

/** Text that stays within the limit. */
class Pieces {
	text: string
	#size: number

	constructor(text: string) {
		this.text = text
		this.#size = Buffer.byteLength(text)
	}

	add(piece: string, reserve = 0): boolean {
		const size = Buffer.byteLength(piece)
		if (this.#size + size + reserve > maxBytes) return false
		this.text += piece
		this.#size += size
		return true
	}

	/** As many as fit, and how many do not. */
	list(pieces: readonly string[], what: string): void {
		for (const [i, piece] of pieces.entries())
			if (!this.add(piece, 60)) {
				this.add(`- … and ${pieces.length - i} more ${what}\n`)
				return
			}
	}

	table(name: string, rows: readonly string[]): void {
		if (rows.length === 0) return
		const head = `\n| ${name} | count | rate | p50 | p90 | p99 | at once | errors | states |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n`
		if (this.#size + Buffer.byteLength(head) + Buffer.byteLength(rows[0]!) + 60 > maxBytes) return
		this.add(head)
		for (const [i, row] of rows.slice(0, 10).entries())
			if (!this.add(row, 60)) {
				this.add(`| … ${rows.length - i} more |\n`)
				return
			}
	}
}

function findingText(finding: Finding, files: string): string {
	const { level, rule, subject, text } = finding
	const evidence = evidenceText(finding)
	return `- **${level}: ${rule}** ${code(subject)}: ${escaped(text)}${evidence === '' ? '' : ` (${evidence})`}. ${code(lookText(finding, files))}\n`
}

/** Largest first. */
function statesText(task: TaskReport): string {
	return [...sharesOf(task)]
		.filter(([, share]) => Math.abs(share) >= 0.0005)
		.sort(([, a], [, b]) => b - a)
		.map(([state, share]) => `${state} ${shareText(share)}`)
		.join(', ')
}

function groupRow(group: GroupReport, states: string): string {
	const { name, count: n, perSecond, wall, concurrency } = group
	const errors = errorsOf(group)
	const cells = [
		code(name),
		count(n),
		`${rate(perSecond)}/s`,
		...[wall.p50, wall.p90, wall.p99].map(textDuration),
		`${concurrency.mean.toFixed(1)}/${concurrency.max}`,
		errors === 0 ? '' : count(errors),
		states,
	]
	return `| ${cells.join(' | ')} |\n`
}

/** Inline code that may have backquotes and bars in it. */
function code(text: string): string {
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
	const fence = '`'.repeat(longest + 1)
	const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
	return `${fence}${pad}${onOneLine(text).replace(/\s+/g, ' ').slice(0, 300).replaceAll('|', '\\|')}${pad}${fence}`
}

function escaped(text: string): string {
	return onOneLine(text)
		.replace(/\s+/g, ' ')
		.replace(/[*_`<>[\]]/g, '\\$&')
}
