// Parts of reports that the text for a terminal and Markdown have in common.
import type { AnalysisReport, Finding, GroupReport, TaskReport } from '@tsgotrace/trace/analyze'
import { textDuration, textMoment } from '@tsgotrace/trace/export'
import { bytes, count, plural, rate } from '../format.js'
import { onOneLine } from '../table.js'

/** What was recorded, in one line. */
export function headText({ window }: AnalysisReport): string {
	const { events, seconds, bytes: size, start, from, processes, node } = window
	const when = start === null ? '' : `, from ${textMoment(BigInt(start), from).replace(/\.\d+Z$/, 'Z')}`
	const perSecond = seconds > 0 ? ` (${rate(events / seconds)}/s, ${bytes(size / seconds)}/s)` : ''
	return `${plural(events, 'event')} in ${textDuration(seconds * 1e9)}${perSecond}, ${plural(processes.length, 'process', 'processes')}${node.length > 0 ? `, Node ${node.join(', ')}` : ''}${when}`
}

/** What recording has cost: of the thread that it cost most. Empty if the trace does not contain it. */
export function costText({ cost, tasks }: AnalysisReport): string {
	const [most] = cost
	if (most === undefined) return ''
	const { process, thread, events, timed, encoding, writing, share, following } = most
	const where = cost.length === 1 ? thread : `${process}/${thread}, the most of ${count(cost.length)} threads`
	const encoded =
		timed > 0
			? `encoding ${textDuration(encoding)} (estimated from ${count(timed)} of ${plural(events, 'event')})`
			: `encoding ${plural(events, 'event')} was not timed`
	const followed =
		following !== null && following.busy > 0
			? `. Following tasks took ${percent(following.time / following.busy)} of its busy time (estimated)`
			: tasks.length > 0
				? '. What following tasks took was not measured: --budget does'
				: ''
	return `Recording took ${percent(share)} of the time of ${where}: ${encoded}, writing ${textDuration(writing)} (measured)${followed}`
}

function percent(share: number): string {
	const value = share * 100
	return value > 0 && value < 0.1 ? 'less than 0.1 %' : `${value.toFixed(1)} %`
}

/** A finding's command, for these files. */
export function lookText({ look }: Finding, files: string): string {
	return onOneLine(look.replace('FILE', () => files))
}

/** `3 ids: 1, 2, 3; from 1.5 s to 2.0 s` */
export function evidenceText({ evidence: { ids, from, to } }: Finding): string {
	const parts = []
	if (ids.length > 0) parts.push(`${ids.length === 1 ? 'id' : 'ids'} ${ids.join(', ')}`)
	if (from !== null && to !== null) parts.push(`from ${seconds(from)} to ${seconds(to)} s`)
	return parts.join(', ')
}

function seconds(ns: number): string {
	return (ns / 1e9).toFixed(6)
}

/** How many failed. */
export function errorsOf({ errors }: GroupReport): number {
	return errors.reduce((sum, { count }) => sum + count, 0)
}

/** Shares of the wall time, in the order in which they are shown. */
export function sharesOf({ states }: TaskReport): ReadonlyMap<string, number> {
	if (states === null || states.wall <= 0) return new Map()
	const { running, gc, runnable, waits, unaccounted, wall } = states
	return new Map([
		['running', running / wall],
		['(gc)', gc / wall],
		['runnable', runnable / wall],
		...Object.entries(waits).map(([reason, time]) => [reason, time / wall] as const),
		['unknown', unaccounted / wall],
	])
}

export function shareText(share: number): string {
	return `${(share * 100 + 0).toFixed(1)} %`
}
