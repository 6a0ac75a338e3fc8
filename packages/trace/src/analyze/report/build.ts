import type { TraceTrack } from '../../read/items.js'
import { textPid } from '../../text/process.js'
import type { Analysis } from '../facts/analysis.js'
import type { Durations } from '../facts/durations.js'
import type { ItemGroup, StateTotals } from '../facts/groups.js'
import type { ReadStatus } from '../facts/quality.js'
import type {
	AnalysisReport,
	Distribution,
	GroupReport,
	SiteReport,
	TaskReport,
	TaskStates,
	ThreadReport,
} from '../facts/report.js'
import { sharesOf } from '../facts/sites.js'
import type { WaitSite } from '../facts/states.js'
import type { ThreadFacts } from '../facts/threads.js'
import { findingsOf } from '../findings/index.js'

const maxParts = 8
const maxSites = 50

/** Builds the report from the collected facts. */
export function reportOf(analysis: Analysis, wallStart: bigint | null, reading: ReadStatus = {}): AnalysisReport {
	const { groups, quality, states, threads, processes } = analysis
	const empty = quality.first > quality.last
	const from = empty ? 0 : quality.first
	const to = empty ? 0 : quality.last
	const span = to - from
	const group = (it: ItemGroup): GroupReport => groupReport(it, span, to)
	const tasks = groups.all('task').map(it => ({
		...group(it),
		kinds: [...it.kinds],
		states: it.states === null ? null : statesReport(it.states),
		parts: [...it.children]
			.sort(([, a], [, b]) => b - a)
			.slice(0, maxParts)
			.map(([{ kind, name }, count]) => ({ kind, name, perTask: count / Math.max(1, it.begun) })),
		wakers: [...it.wakers]
			.sort(([, a], [, b]) => b.total - a.total)
			.map(([by, { count, total }]) => ({ by, count, total })),
	}))
	const [of, timeline] =
		tasks.length > 0 ? (['tasks', analysis.tasksOverTime] as const) : (['slices', analysis.slicesOverTime] as const)
	const reports = threads.all.filter(({ track }) => track.kind === 'thread').map(threadReport)
	return {
		version: 1,
		window: {
			start: wallStart === null ? null : String(wallStart),
			from,
			to,
			seconds: span / 1e9,
			events: quality.events,
			bytes: quality.bytes,
			processes: [...processes].map(process => ({ pid: textPid(process), name: process.name })),
			node: [...quality.node].sort(),
			ends: Object.fromEntries(quality.ends),
		},
		quality: quality.report(reading),
		cost: analysis.costs.report(wallStart),
		unknown: unknownOf(tasks, reports, states.known),
		threads: reports,
		concurrency: { of, ...timeline.pieces(), max: timeline.max },
		tasks,
		sites: sitesReport([...states.sites.values()], groups.all('task')),
		calls: groups.all('call').map(group),
		regions: groups.all('region').map(group),
		slices: groups.all('slice').map(group),
		findings: findingsOf(analysis, { from, to, tasks }),
	}
}

/**
 * Only a sample of the waits has a place. How long tasks waited for each reason is known, and is divided in proportion
 * to the sample.
 */
function sitesReport(sites: readonly WaitSite[], tasks: readonly ItemGroup[]): SiteReport[] {
	const byTask = new Map(sites.map(it => [it, new Map<string, number>()]))
	for (const { name, states } of tasks)
		for (const [reason, time] of states?.waits ?? [])
			for (const { of, share } of sharesOf(sites, reason, name)) byTask.get(of)!.set(name, time * share)
	return [...byTask]
		.map(([{ site, reason, count }, times]) => ({
			site,
			reason,
			count,
			total: [...times.values()].reduce((sum, time) => sum + time, 0),
			task: [...times].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '',
		}))
		.sort((a, b) => b.total - a.total)
		.slice(0, maxSites)
}

function unknownOf(tasks: readonly TaskReport[], threads: readonly ThreadReport[], hasStates: boolean): string[] {
	const unknown: string[] = []
	if (tasks.length === 0)
		unknown.push(
			"which task an event belongs to: there are no tasks. Record '@tsgotrace/exec/tasks:*' and '@tsgotrace/exec/auto:*'",
		)
	else if (!hasStates)
		unknown.push(
			"when tasks ran, could have run, or waited, and for what: there are no states. Record '@tsgotrace/exec/states:*' (Node 24 or newer; slower on 20 and 22)",
		)
	if (threads.every(({ busy, delay, gc }) => busy === null && delay === null && gc === null))
		unknown.push(
			"how busy threads were, delays of the event loop, garbage collections. Record '@tsgotrace/exec/thread:*'",
		)
	return unknown
}

export function distributionOf(durations: Durations): Distribution {
	return {
		p50: durations.quantile(0.5),
		p90: durations.quantile(0.9),
		p99: durations.quantile(0.99),
		max: durations.max,
		total: durations.total,
	}
}

function groupReport(
	{ name, durations, open, unfinished, ends, errors, max }: ItemGroup,
	span: number,
	to: number,
): GroupReport {
	const openTime = open.reduce((sum, { start }) => sum + to - start, 0)
	return {
		name,
		count: durations.count,
		open: open.length,
		unfinished,
		perSecond: span > 0 ? (durations.count / span) * 1e9 : 0,
		wall: distributionOf(durations),
		concurrency: { mean: span > 0 ? (durations.total + openTime) / span : 0, max },
		ends: Object.fromEntries(ends),
		errors: [...errors.values()].sort((a, b) => b.count - a.count),
	}
}

export function statesReport({ tasks, wall, running, gc, runnable, waits }: StateTotals): TaskStates {
	const waited = [...waits.values()].reduce((a, b) => a + b, 0)
	return {
		tasks,
		wall,
		running,
		gc,
		runnable,
		waits: Object.fromEntries([...waits].sort(([, a], [, b]) => b - a)),
		unaccounted: wall - running - runnable - waited,
	}
}

function threadReport({ track, busy, delay, worst, collections, collectionKinds }: ThreadFacts): ThreadReport {
	return {
		process: textPid(track.process),
		thread: nameOfThread(track),
		busy: busy.count === 0 ? null : { mean: busy.total / busy.count, max: busy.max },
		delay:
			delay.count === 0
				? null
				: { p50: delay.quantile(0.5), p99: delay.quantile(0.99), max: Math.max(worst, delay.max) },
		gc:
			collections.count === 0
				? null
				: {
						count: collections.count,
						total: collections.total,
						max: collections.max,
						kinds: Object.fromEntries(collectionKinds),
					},
	}
}

export function nameOfThread({ name, tid }: TraceTrack): string {
	return name ?? String(tid ?? '?')
}
