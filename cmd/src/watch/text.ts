import type { Anomaly, WindowGroup, WindowReport, WindowThread } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { count, rate } from '../format.js'
import { table } from '../table.js'

/** What is shown beside a window. */
export interface WatchState {
	/** Seconds by which the analysis is behind the program, if that is unusual; otherwise 0. */
	readonly behind: number
}

const gap = '   '
/** Rows that say that something is unusual. */
const maxAnomalies = 3

/** A window as so many lines of a terminal, without their ends. */
export function windowLines(window: WindowReport, { behind }: WatchState, width: number, lines: number): string[] {
	const { groups, anomalies } = window
	const unusual = anomalies.slice(0, Math.min(maxAnomalies, Math.max(1, lines - 3)))
	const rows = groups.slice(0, Math.max(0, lines - 2 - unusual.length))
	const left = groups.length - rows.length
	const head = [...headOf(window, behind), ...(left > 0 ? [`${count(left)} more`] : [])].join(gap)
	const text =
		rows.length === 0
			? ''
			: table([['', 'KIND', 'PER S', 'P50', 'P99', 'OPEN', 'ERRORS', 'MOSTLY'], ...rows.map(rowOf)], {
					left: [1, 7],
					width,
					optional: [7, 1, 6],
				})
	return [head, ...text.split('\n').slice(0, -1), ...unusual.map(anomaly => `! ${anomalyText(anomaly)}`)].map(line =>
		line.slice(0, width),
	)
}

/** A window as a line of a log. */
export function windowLine(window: WindowReport): string {
	const { groups, anomalies } = window
	const some = groups.slice(0, 3).map(({ name, perSecond, wall, count: n, open, errors }) => {
		const took = n === 0 ? '' : ` p50 ${textDuration(wall.p50)} p99 ${textDuration(wall.p99)}`
		return `${name} ${rate(perSecond)}/s${took}${open > 0 ? ` ${count(open)} open` : ''}${errors > 0 ? ` ${count(errors)} failed` : ''}`
	})
	return [...headOf(window, 0), ...some, ...anomalies.slice(0, maxAnomalies).map(it => `! ${anomalyText(it)}`)].join(
		gap,
	)
}

/** `GET /item: p50 3.1 ms, usually 1.0 ms (z 12)`, and for how many windows, if for more than one. */
export function anomalyText({ name, what, value, usual, z, windows }: Anomaly): string {
	const isTime = what === 'p50' || what === 'p99'
	const text = (it: number): string => (isTime ? textDuration(it) : `${rate(it)}/s`)
	const since = windows === 1 ? '' : `, ${windows} windows in a row`
	return `${name}: ${what} ${text(value)}, usually ${text(usual)} (z ${z.toFixed(0)}${since})`
}

function headOf({ end, start, events, lost, late, threads }: WindowReport, behind: number): string[] {
	const busiest = threads.reduce<WindowThread | null>(
		(most, it) => ((it.busy ?? -1) > (most?.busy ?? -1) ? it : most),
		null,
	)
	const delay = Math.max(0, ...threads.map(thread => thread.delay ?? 0))
	const gc = threads.reduce((sum, thread) => sum + (thread.gc ?? 0), 0)
	return [
		`${(end / 1e9).toFixed(end - start < 1e9 ? 1 : 0)} s`,
		`${rate((events / (end - start)) * 1e9)} events/s`,
		...(busiest?.busy == null ? [] : [`loop ${busiest.busy.toFixed(0)} % busy`]),
		...(threads.every(thread => thread.delay === null) ? [] : [`late ${textDuration(delay)}`]),
		...(gc > 0 ? [`gc ${textDuration(gc)}`] : []),
		...(lost > 0 ? [`${count(lost)} lost`] : []),
		...(late > 0 ? [`${count(late)} came late`] : []),
		...(behind > 0 ? [`${behind.toFixed(0)} s behind`] : []),
	]
}

function rowOf({ name, kind, perSecond, wall, count: n, open, errors, states }: WindowGroup): string[] {
	return [
		name,
		kind,
		rate(perSecond),
		...(n === 0 ? ['', ''] : [textDuration(wall.p50), textDuration(wall.p99)]),
		open === 0 ? '' : count(open),
		errors === 0 ? '' : count(errors),
		states === null || states.wall === 0 ? '' : mostly(states),
	]
}

/** What tasks did most of their time. */
function mostly({ wall, running, runnable, waits }: NonNullable<WindowGroup['states']>): string {
	const parts: [string, number][] = [['running', running], ['runnable', runnable], ...Object.entries(waits)]
	const [name, time] = parts.sort(([, a], [, b]) => b - a)[0]!
	return `${name} ${((time / wall) * 100).toFixed(0)} %`
}
