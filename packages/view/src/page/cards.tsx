import type { AnalysisReport } from '@tsgotrace/trace/analyze'
import { select } from './actions.js'
import type { PageParts } from './app.js'
import { verdictOf } from './findings.js'
import { groupsOf } from './report.js'
import { count, duration, plural } from './text.js'

/** What is in the trace, at a glance: each card leads to what it is about. */
export function Cards({ state, client, timeline }: PageParts) {
	const { header } = state
	const { report } = header
	const groups = groupsOf(report)
	const slowest = groups.reduce<(typeof groups)[number] | null>(
		(longest, group) => (longest === null || group.wall.max > longest.wall.max ? group : longest),
		null,
	)
	const busiest = groups.reduce<(typeof groups)[number] | null>(
		(busiest, group) => (busiest === null || group.wall.total > busiest.wall.total ? group : busiest),
		null,
	)
	const showSlowest = async (name: string): Promise<void> => {
		const [first] = await client.slowest(header.names.indexOf(name))
		if (first !== undefined) await select(state, client, timeline, first)
	}
	return (
		<section aria-label="at a glance">
			<button type="button" class="verdict" onClick={() => (state.tab.value = 'findings')}>
				<span>{verdictOf(report)}</span>
			</button>
			<div class="cards">
				<button type="button" class="card" onClick={() => state.show(state.whole)}>
					<span class="what">Time</span>
					<b>{duration(header.end - header.begin)}</b>
					<span>{plural(report.window.events, 'event')}</span>
				</button>
				<button type="button" class="card" onClick={() => (state.tab.value = 'groups')}>
					<span class="what">At once</span>
					<b>{plural(report.concurrency.max, report.concurrency.of.slice(0, -1))}</b>
					<span>at most</span>
				</button>
				<button type="button" class="card" disabled={slowest === null} onClick={() => slowest !== null && void showSlowest(slowest.name)}>
					<span class="what">Slowest</span>
					<b>{slowest === null ? 'no slices' : duration(slowest.wall.max)}</b>
					<span>{slowest?.name ?? ''}</span>
				</button>
				<Loop
					report={report}
					onClick={() => (state.tab.value = 'health')}
					otherwise={busiest === null ? null : [duration(busiest.wall.total), `${busiest.name}, ${count(busiest.count)} times`]}
				/>
				<button type="button" class="card" onClick={() => (state.tab.value = 'health')}>
					<span class="what">Trace</span>
					<b>{header.problems.length > 0 ? 'damaged' : report.quality.length > 0 ? 'see what is missing' : 'complete'}</b>
					<span>{header.problems[0] ?? report.quality[0]?.what ?? 'nothing is missing'}</span>
				</button>
			</div>
		</section>
	)
}

/** How late the event loops were, or, where that was not recorded, what took most time. */
function Loop({
	report,
	otherwise,
	onClick,
}: {
	readonly report: AnalysisReport
	readonly otherwise: readonly [string, string] | null
	readonly onClick: () => void
}) {
	const delays = report.threads.flatMap(({ delay, thread, gc }) => (delay === null ? [] : [{ ...delay, thread, gc }]))
	const worst = delays.reduce<(typeof delays)[number] | null>((worst, one) => (worst === null || one.p99 > worst.p99 ? one : worst), null)
	const gc = report.threads.reduce((sum, thread) => sum + (thread.gc?.total ?? 0), 0)
	const [what, number, text] =
		worst === null
			? ['Most time', otherwise?.[0] ?? 'no slices', otherwise?.[1] ?? '']
			: ['Loop delay', `p99 ${duration(worst.p99)}`, `max ${duration(worst.max)} on ${worst.thread}; GC ${duration(gc)}`]
	return (
		<button type="button" class="card" onClick={onClick}>
			<span class="what">{what}</span>
			<b>{number}</b>
			<span>{text}</span>
		</button>
	)
}
