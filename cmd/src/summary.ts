import { textDuration, textPid } from '@tsgotrace/trace/export'
import type { ExitCode } from './exit.js'
import type { KeyFlags } from './key.js'
import { plural, printJson } from './output.js'
import { Output } from './stdout.js'
import { type SliceSummary, Summary, type TrackSummary } from './summarize.js'
import { bars, table } from './table.js'
import { takeTrace } from './tracefile.js'

/** Options of `summary`. */
export interface SummaryFlags extends KeyFlags {
	readonly json?: boolean
}

/** `tsgotrace summary` */
export async function summaryCommand(paths: readonly string[], flags: SummaryFlags): Promise<ExitCode> {
	const summary = new Summary()
	let size = 0
	let packets = 0
	const code = await takeTrace(
		paths,
		flags,
		async (items, reader) => {
			for (const item of items) summary.take(item)
			const { progress } = reader
			size = progress.bytes
			packets = progress.packets
			return Promise.resolve(true)
		},
		false,
	)
	// Of what is no trace, there is nothing to say but that.
	if (code === 2 || (code === 1 && packets === 0)) return code
	summary.finish()
	if (flags.json) printJson(toJson(summary, size))
	else {
		const output = new Output()
		output.write(text(summary, size))
		await output.flush()
	}
	return code
}

function text(summary: Summary, size: number): string {
	const { events, slices, tracks, counters, losses, processes } = summary
	const seconds = spanOf(summary)
	const recorded = [...events.values()].sort((a, b) => b.recorded - a.recorded || (a.id < b.id ? -1 : 1))
	const all = recorded.reduce((sum, e) => sum + e.recorded, 0)
	const parts = [head(all, seconds, processes.size, size)]
	if (recorded.length > 0) {
		const signals = summary.signals()
		const sampled = recorded.some(e => (signals.get(e.id)?.signals ?? 0) > e.recorded)
		const rows = recorded.map(e => {
			const told = signals.get(e.id)
			const more = sampled ? [told === undefined ? '' : count(told.signals), told === undefined ? '' : count(told.dropped)] : []
			return [e.id, count(e.recorded), ...more, seconds > 0 ? `${rate(e.recorded / seconds)}/s` : '', bytes(e.bytes)]
		})
		parts.push(table([['event', 'count', ...(sampled ? ['signals', 'dropped'] : []), 'rate', 'bytes'], ...rows]))
	}
	if (slices.size > 0) {
		const rows = [...slices.values()].sort((a, b) => b.total - a.total).map(sliceRow)
		parts.push(table([['slice', 'count', 'p50', 'p90', 'p99', 'max', 'total', 'distribution'], ...rows], [7]))
	}
	if (tracks.size > 0) {
		const rows = [...tracks.values()].map(t => {
			const share = seconds > 0 ? shareText(t.busy / 1e9 / seconds) : ''
			return [trackText(t, processes.size > 1), count(t.slices), textDuration(t.busy), share]
		})
		parts.push(table([['track', 'slices', 'busy', 'of the time'], ...rows]))
	}
	if (counters.size > 0) {
		const rows = [...counters.values()].map(c => [c.id, count(c.values), ...[c.min, c.max, c.last].map(String)])
		parts.push(table([['counter', 'values', 'min', 'max', 'last'], ...rows]))
	}
	const notes = [...losses].map(
		([why, loss]) => `lost: ${loss.known ? plural(loss.events, 'event') : 'events, nobody knows how many'}: ${why}\n`,
	)
	if (summary.stillOpen > 0) notes.push(`${plural(summary.stillOpen, 'slice')} had not ended\n`)
	if (summary.open.unfinished > 0) notes.push(`${plural(summary.open.unfinished, 'slice')} without an end\n`)
	if (summary.open.unmatched > 0) notes.push(`${plural(summary.open.unmatched, 'end')} of slices without a begin\n`)
	if (notes.length > 0) parts.push(notes.join(''))
	return parts.join('\n')
}

/** Of slices that overlap, more than all of the time is taken: then it is how many were open on average. */
function shareText(share: number): string {
	return share > 1.0005 ? `${share.toPrecision(3)} at once` : `${(share * 100).toFixed(1)} %`
}

/** With the name of the process where there are several. */
function trackText({ pid, process, instance, thread, lane }: TrackSummary, several: boolean): string {
	const place = `${textPid(pid === null ? null : { pid, name: process, instance })}/${thread ?? '?'}${lane === null ? '' : ` ${lane}`}`
	return several && process !== null ? `${process} ${place}` : place
}

function head(events: number, seconds: number, processes: number, size: number): string {
	const each = events === 0 ? '' : `, ${(size / events).toFixed(1)} bytes an event`
	return `${plural(events, 'event').replace(/^\d+/, count(events))} in ${textDuration(seconds * 1e9)}, ${plural(processes, 'process').replace('processs', 'processes')}; ${bytes(size)}${each}\n`
}

function sliceRow(s: SliceSummary): string[] {
	const at = (p: number): string => textDuration(quantile(s, p))
	return [s.id, count(s.histogram.totalCount), at(50), at(90), at(99), textDuration(s.max), textDuration(s.total), distribution(s)]
}

/** The histogram rounds up to the end of a bucket, which may be more than the longest. */
function quantile(s: SliceSummary, p: number): number {
	return Math.min(s.histogram.getValueAtPercentile(p), s.max)
}

/** One bar for each power of two from the shortest slice to the longest, and what that span is. */
function distribution(s: SliceSummary): string {
	const first = s.powers.findIndex(n => n > 0)
	const last = s.powers.findLastIndex(n => n > 0)
	return `${textDuration(s.min)} ${bars(s.powers.slice(first, last + 1))} ${textDuration(s.max)}`
}

function spanOf({ first, last }: Summary): number {
	return last > first ? (last - first) / 1e9 : 0
}

function count(n: number): string {
	return n.toLocaleString('en')
}

function rate(n: number): string {
	for (const [unit, size] of [
		['M', 1e6],
		['k', 1e3],
	] as const)
		if (n >= size * 0.9995) return `${(n / size).toPrecision(3)}${unit}`
	return n >= 99.95 ? n.toFixed(0) : n.toPrecision(3)
}

function bytes(n: number): string {
	for (const [unit, size] of [
		['GB', 1e9],
		['MB', 1e6],
		['kB', 1e3],
	] as const)
		if (n >= size * 0.9995) return `${(n / size).toPrecision(3)} ${unit}`
	return `${n} B`
}

function toJson(summary: Summary, size: number): object {
	const seconds = spanOf(summary)
	const signals = summary.signals()
	return {
		version: 1,
		seconds,
		bytes: size,
		processes: [...summary.processes].map(({ pid }) => pid),
		events: [...summary.events.values()].map(e => {
			const { signals: all = null, sampledOut = null, dropped = null } = signals.get(e.id) ?? {}
			return { ...e, perSecond: seconds > 0 ? e.recorded / seconds : null, signals: all, sampledOut, dropped }
		}),
		slices: [...summary.slices.values()].map(s => ({
			id: s.id,
			count: s.histogram.totalCount,
			min: s.min,
			p50: quantile(s, 50),
			p90: quantile(s, 90),
			p99: quantile(s, 99),
			max: s.max,
			total: s.total,
		})),
		tracks: [...summary.tracks.values()],
		counters: [...summary.counters.values()],
		losses: [...summary.losses].map(([reason, { events, known }]) => ({ reason, events: known ? events : null })),
		slicesOpen: summary.stillOpen,
		slicesUnfinished: summary.open.unfinished,
		endsUnmatched: summary.open.unmatched,
		ends: Object.fromEntries(summary.ends),
	}
}
