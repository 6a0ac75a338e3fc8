import type { AnalysisReport, GroupReport } from '@tsgotrace/trace/analyze'
import type { PageParts } from './app.js'
import { verdictOf } from './findings.js'
import { follow, linkToSlice } from './link.js'
import { groupsOf } from './report.js'
import { count, duration, plural } from './text.js'

/** What is in the trace, at a glance: each card leads to what it is about. */
export function Cards({ state }: PageParts) {
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
	const { health, text, worst } = verdictOf(report)
	return (
		<section aria-label="at a glance">
			<a class={`verdict ${health}`} href="#tab=findings" onClick={follow}>
				<b>{text}</b>
				{worst !== '' && <span>{worst}</span>}
			</a>
			<div class="cards">
				<Card
					what="Time"
					number={duration(header.end - header.begin)}
					text={plural(report.window.events, 'event')}
					href={`#t=${Math.round(state.whole.from)}-${Math.round(state.whole.to)}`}
				/>
				<Card
					what="At once"
					number={plural(report.concurrency.max, report.concurrency.of.slice(0, -1))}
					text="at most"
					href={`${linkToMost(report.concurrency)}tab=groups`}
				/>
				<Card
					what="Slowest"
					number={slowest === null ? 'no slices' : duration(slowest.wall.max)}
					text={slowest?.name ?? ''}
					href={slowest === null ? null : linkToSlice(slowest.name, slowest.wall.max)}
				/>
				<Loop report={report} busiest={busiest} />
				<Card
					what="Trace"
					number={
						header.problems.length > 0 ? 'damaged' : report.quality.length > 0 ? 'see what is missing' : 'complete'
					}
					text={header.problems[0] ?? report.quality[0]?.what ?? 'nothing is missing'}
					href="#tab=health"
				/>
			</div>
		</section>
	)
}

/** @param href null where there is nothing to show */
function Card({
	what,
	number,
	text,
	href,
}: {
	readonly what: string
	readonly number: string
	readonly text: string
	readonly href: string | null
}) {
	const content = (
		<>
			<span class="what">{what}</span>
			<b>{number}</b>
			<span>{text}</span>
		</>
	)
	if (href === null) return <div class="card">{content}</div>
	return (
		<a class="card" href={href} onClick={follow}>
			{content}
		</a>
	)
}

/** The begin of the address of the time in which most was open. */
function linkToMost({ from, width, mean }: AnalysisReport['concurrency']): string {
	const piece = mean.reduce((most, n, i) => (n > mean[most]! ? i : most), 0)
	return mean.length === 0
		? '#'
		: `#t=${Math.round(from + (piece - 1) * width)}-${Math.round(from + (piece + 2) * width)}&`
}

/** How late the event loops were, or, where that was not recorded, what took most time. */
function Loop({ report, busiest }: { readonly report: AnalysisReport; readonly busiest: GroupReport | null }) {
	const delays = report.threads.flatMap(({ delay, thread, gc }) => (delay === null ? [] : [{ ...delay, thread, gc }]))
	const worst = delays.reduce<(typeof delays)[number] | null>(
		(most, one) => (most === null || one.p99 > most.p99 ? one : most),
		null,
	)
	const gc = report.threads.reduce((sum, thread) => sum + (thread.gc?.total ?? 0), 0)
	if (worst !== null)
		return (
			<Card
				what="Loop delay"
				number={`p99 ${duration(worst.p99)}`}
				text={`max ${duration(worst.max)} on ${worst.thread}; GC ${duration(gc)}`}
				href="#tab=health"
			/>
		)
	return busiest === null ? (
		<Card what="Most time" number="no slices" text="" href={null} />
	) : (
		<Card
			what="Most time"
			number={duration(busiest.wall.total)}
			text={`${busiest.name}, ${count(busiest.count)} times`}
			href={`#search=${encodeURIComponent(busiest.name)}&tab=groups`}
		/>
	)
}
