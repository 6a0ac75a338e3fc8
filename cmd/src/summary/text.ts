import { textArgs, textDuration, textPid, textTime } from '@tsgotrace/trace/export'
import { sliceName } from '@tsgotrace/trace/slices'
import { quantile, type SliceSummary, type Summary, spanOf, type TrackSummary } from '@tsgotrace/trace/summary'
import { bytes, count, plural, rate } from '../format.js'
import { bars, type TableOptions, table } from '../table.js'

/** What is in a trace, as tables. */
export function summaryText(summary: Summary, size: number, width: number): string {
	const { events, slices, tracks, counters, losses, processes } = summary
	const fit = (rows: readonly (readonly string[])[], options: TableOptions = {}): string =>
		table(rows, { width, ...options })
	const seconds = spanOf(summary)
	const recorded = [...events.values()].sort((a, b) => b.recorded - a.recorded || (a.id < b.id ? -1 : 1))
	const all = recorded.reduce((sum, e) => sum + e.recorded, 0)
	const parts = [head(all, seconds, processes.size, size)]
	if (recorded.length > 0) {
		const signals = summary.signals()
		const sampled = recorded.some(e => (signals.get(e.id)?.signals ?? 0) > e.recorded)
		const rows = recorded.map(e => {
			const counted = signals.get(e.id)
			const more = sampled
				? [counted === undefined ? '' : count(counted.signals), counted === undefined ? '' : count(counted.dropped)]
				: []
			return [e.id, count(e.recorded), ...more, seconds > 0 ? `${rate(e.recorded / seconds)}/s` : '', bytes(e.bytes)]
		})
		const optional = sampled ? [5, 4] : [3, 2]
		parts.push(
			fit([['event', 'count', ...(sampled ? ['signals', 'dropped'] : []), 'rate', 'bytes'], ...rows], { optional }),
		)
	}
	if (slices.size > 0) {
		const rows = [...slices.values()].sort((a, b) => b.total - a.total).map(sliceRow)
		parts.push(
			fit([['slice', 'count', 'p50', 'p90', 'p99', 'max', 'total', 'self', 'distribution'], ...rows], {
				left: [8],
				optional: [8, 3, 2, 5],
			}),
		)
	}
	if (summary.slowest.slices.length > 0) {
		const rows = summary.slowest.slices.map(s => [
			sliceName(s),
			textTime(s.start),
			textDuration(s.end - s.start),
			textArgs({ ...s.args, ...s.endArgs }),
		])
		parts.push(fit([['slowest', 'at', 'took', 'arguments'], ...rows], { left: [3], cut: 3 }))
	}
	if (tracks.size > 0) {
		const rows = [...tracks.values()].map(t => {
			const share = seconds > 0 ? shareText(t.busy / 1e9 / seconds) : ''
			return [trackText(t, processes.size > 1), count(t.slices), textDuration(t.busy), share]
		})
		parts.push(fit([['track', 'slices', 'busy', 'of the time'], ...rows]))
	}
	if (counters.size > 0) {
		const rows = [...counters.values()].map(c => [c.id, count(c.values), ...[c.min, c.max, c.last].map(String)])
		parts.push(fit([['counter', 'values', 'min', 'max', 'last'], ...rows], { optional: [2, 3] }))
	}
	const notes = [...losses].map(
		([why, loss]) => `lost: ${loss.known ? plural(loss.events, 'event') : 'an unknown number of events'}: ${why}\n`,
	)
	if (summary.stillOpen > 0) notes.push(`${plural(summary.stillOpen, 'slice')} had not ended\n`)
	if (summary.unfinished > 0) notes.push(`${plural(summary.unfinished, 'slice')} without an end\n`)
	if (summary.unmatched > 0) notes.push(`${plural(summary.unmatched, 'end')} of slices without a begin\n`)
	if (notes.length > 0) parts.push(notes.join(''))
	return parts.join('\n')
}

/** Overlapping slices can take more than all of the time: then it is the average number of open slices. */
function shareText(share: number): string {
	return share > 1.0005 ? `${share.toPrecision(3)} at once` : `${(share * 100).toFixed(1)} %`
}

/** With the name of the process if there are several. */
function trackText({ pid, process, instance, thread, lane }: TrackSummary, several: boolean): string {
	const place = `${textPid(pid === null ? null : { pid, name: process, instance })}/${thread ?? '?'}${lane === null ? '' : ` ${lane}`}`
	return several && process !== null ? `${process} ${place}` : place
}

function head(events: number, seconds: number, processes: number, size: number): string {
	const each = events === 0 ? '' : `, ${(size / events).toFixed(1)} bytes per event`
	return `${plural(events, 'event')} in ${textDuration(seconds * 1e9)}, ${plural(processes, 'process', 'processes')}; ${bytes(size)}${each}\n`
}

function sliceRow(s: SliceSummary): string[] {
	const at = (p: number): string => textDuration(quantile(s, p))
	return [
		s.id,
		count(s.histogram.totalCount),
		at(50),
		at(90),
		at(99),
		textDuration(s.max),
		textDuration(s.total),
		textDuration(s.self),
		distribution(s),
	]
}

/** One bar for each power of two from the shortest slice to the longest, and what that span is. */
function distribution(s: SliceSummary): string {
	const first = s.powers.findIndex(n => n > 0)
	const last = s.powers.findLastIndex(n => n > 0)
	return `${textDuration(s.min)} ${bars(s.powers.slice(first, last + 1))} ${textDuration(s.max)}`
}
