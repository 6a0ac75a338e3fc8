import { jsonArgs } from '@tsgotrace/trace/export'
import { sliceName } from '@tsgotrace/trace/slices'
import { quantile, type Summary, spanOf } from '@tsgotrace/trace/summary'

/** All numbers of a summary, in nanoseconds and bytes. */
export function summaryJson(summary: Summary, size: number): object {
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
			self: s.self,
		})),
		slowest: summary.slowest.slices.map(s => ({
			id: sliceName(s),
			time: s.start,
			duration: s.end - s.start,
			args: jsonArgs(s.args),
			endArgs: jsonArgs(s.endArgs),
		})),
		tracks: [...summary.tracks.values()],
		counters: [...summary.counters.values()],
		losses: [...summary.losses].map(([reason, { events, known }]) => ({ reason, events: known ? events : null })),
		slicesOpen: summary.stillOpen,
		slicesUnfinished: summary.unfinished,
		endsUnmatched: summary.unmatched,
		ends: Object.fromEntries(summary.ends),
	}
}
