import type { AnalysisReport, Finding, GroupReport, TaskReport } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { count, plural, rate } from '../format.js'
import { bars, onOneLine, shortened, type TableOptions, table } from '../table.js'
import { costText, errorsOf, evidenceText, headText, lookText } from './parts.js'
import { statesTable } from './states.js'

const maxRows = 12
const maxBars = 60
/** Tasks that end the waits of one, longest first. */
const maxWakers = 3

/** A report for a terminal. */
export function reportText(report: AnalysisReport, files: string, width: number): string {
	const fit = (rows: readonly (readonly string[])[], options: TableOptions = {}): string =>
		table(rows, { width, ...options })
	const { findings, tasks, calls, regions, slices, threads, sites, quality, unknown } = report
	const cost = costText(report)
	const parts = [wrapped(headText(report), width, '') + (cost === '' ? '' : wrapped(cost, width, ''))]
	parts.push(
		findings.length === 0
			? 'No findings.\n'
			: `${plural(findings.length, 'finding')}\n${findings.map(finding => findingText(finding, files, width)).join('')}`,
	)
	if (threads.some(({ busy, delay, gc }) => busy !== null || delay !== null || gc !== null))
		parts.push(
			fit(
				[
					['thread', 'busy', 'most', 'late p50', 'p99', 'most', 'gc', 'time', 'longest'],
					...threads.map(({ process, thread, busy, delay, gc }) => [
						`${process}/${thread}`,
						...(busy === null ? ['', ''] : [`${busy.mean.toFixed(0)} %`, `${busy.max.toFixed(0)} %`]),
						...(delay === null ? ['', '', ''] : [delay.p50, delay.p99, delay.max].map(textDuration)),
						...(gc === null ? ['', '', ''] : [count(gc.count), textDuration(gc.total), textDuration(gc.max)]),
					]),
				],
				{ optional: [2, 3, 6] },
			),
		)
	const groups = (name: string, list: readonly GroupReport[]): void => {
		if (list.length > 0)
			parts.push(
				fit(filled([[name, ...heads], ...list.slice(0, maxRows).map(groupRow)]), { optional: [8, 4, 2] }) + more(list),
			)
	}
	groups('task', tasks)
	const withStates = tasks.filter(({ states }) => states !== null).slice(0, maxRows)
	if (withStates.length > 0) parts.push(statesTable(withStates, width))
	const dependencies = tasks.slice(0, maxRows).flatMap(dependenciesOf)
	if (dependencies.length > 0)
		parts.push(
			fit([['depends on', '', 'task', 'of one', 'count', 'waited'], ...dependencies.slice(0, maxRows)], {
				left: [1, 2],
				optional: [4, 2],
			}),
		)
	const failing = tasks.flatMap(({ name, errors }) =>
		errors.map(error => [name, count(error.count), String(error.example), error.text]),
	)
	if (failing.length > 0)
		parts.push(fit([['errors of', 'count', 'first id', 'error'], ...failing.slice(0, maxRows)], { left: [3], cut: 3 }))
	if (sites.length > 0)
		parts.push(
			fit(
				[
					['waits at', 'for', 'count', 'total', 'mostly task'],
					...sites
						.slice(0, maxRows)
						.map(({ site, reason, count: n, total, task }) => [
							site,
							reason,
							count(Math.round(n)),
							textDuration(total),
							task,
						]),
				],
				{ left: [1, 4], optional: [4] },
			),
		)
	groups('call', calls)
	groups('region', regions)
	groups('slice', slices)
	const { concurrency } = report
	if (concurrency.max > 0) {
		const means = squeezed(concurrency.mean, Math.min(maxBars, width))
		const each = (concurrency.width * concurrency.mean.length) / means.length
		parts.push(
			`${concurrency.of} at once over time, ${concurrency.max} at most; each bar is ${textDuration(each)}\n${bars(means)}\n`,
		)
	}
	if (quality.length > 0)
		parts.push(
			`quality of the trace\n${quality.map(({ what, count: n, effect }) => wrapped(`${n === null ? '' : `${count(n)} `}${what}: ${effect}`, width, '  ')).join('')}`,
		)
	if (unknown.length > 0) parts.push(`not known\n${unknown.map(text => wrapped(text, width, '  ')).join('')}`)
	return parts.join('\n')
}

const heads = ['count', 'rate', 'p50', 'p90', 'p99', 'max', 'at once', 'total', 'open', 'errors'] as const

function groupRow(group: GroupReport): string[] {
	const { name, count: n, perSecond, wall, concurrency, open } = group
	const errors = errorsOf(group)
	return [
		name,
		count(n),
		`${rate(perSecond)}/s`,
		...[wall.p50, wall.p90, wall.p99, wall.max].map(textDuration),
		`${concurrency.mean < 9.95 ? concurrency.mean.toFixed(1) : concurrency.mean.toFixed(0)}/${concurrency.max}`,
		textDuration(wall.total),
		open === 0 ? '' : count(open),
		errors === 0 ? '' : count(errors),
	]
}

/** Targets that a task calls, tasks that it starts, and those that end its waits. */
function dependenciesOf({ name, count: n, parts, wakers }: TaskReport): string[][] {
	const started = parts
		.filter(({ kind }) => kind === 'call' || kind === 'task')
		.map(part => [part.name, part.kind === 'call' ? 'called by' : 'started by', name, rate(part.perTask), '', ''])
	const waited = wakers
		.slice(0, maxWakers)
		.map(({ by, count: times, total }) => [
			by,
			'wakes',
			name,
			n === 0 ? '' : rate(times / n),
			count(times),
			textDuration(total),
		])
	return [...started, ...waited]
}

function findingText(finding: Finding, files: string, width: number): string {
	const { level, rule, subject, text } = finding
	const evidence = evidenceText(finding)
	const head = `  ${level}: ${rule}: `
	return `${head}${shortened(onOneLine(subject), Math.max(16, width - head.length), true)}\n${wrapped(text, width, '    ')}${evidence === '' ? '' : wrapped(evidence, width, '    ')}    ${lookText(finding, files)}\n`
}

function more(list: readonly unknown[]): string {
	return list.length > maxRows ? `… and ${count(list.length - maxRows)} more: --json has all\n` : ''
}

/** Without columns at the right in which there is nothing. */
function filled(rows: readonly (readonly string[])[]): string[][] {
	const last = Math.max(...rows.slice(1).map(row => row.findLastIndex(cell => cell !== '')))
	return rows.map(row => row.slice(0, last + 1))
}

/** Means of pieces, so that there are no more than `max`. */
function squeezed(values: readonly number[], max: number): number[] {
	if (values.length <= max) return [...values]
	return Array.from({ length: max }, (_, i) => {
		const from = Math.floor((i * values.length) / max)
		const piece = values.slice(from, Math.max(from + 1, Math.floor(((i + 1) * values.length) / max)))
		return piece.reduce((a, b) => a + b, 0) / piece.length
	})
}

/** A text in lines of at most `width` characters. */
function wrapped(text: string, width: number, indent: string): string {
	let lines = ''
	let line = indent
	for (const word of onOneLine(text).split(' ')) {
		if (line !== indent && line.length + 1 + word.length > width) {
			lines += `${line}\n`
			line = indent
		}
		line += line === indent ? word : ` ${word}`
	}
	return `${lines}${line}\n`
}
