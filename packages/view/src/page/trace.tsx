import type { AnalysisReport } from '@tsgotrace/trace/analyze'
import type { PageParts } from './app.js'
import { count, duration, percent, plural, timeOfDay } from './text.js'

/** What was recorded: how much, of which threads, what that has cost, and what is missing. */
export function Trace({ state }: PageParts) {
	const { report, problems, omitted } = state.header
	const { window, quality } = report
	const facts: (readonly [string, string])[] = [
		['time', `${window.seconds.toFixed(3)} s`],
		['events', count(window.events)],
		...(window.start === null ? [] : [['began', timeOfDay(window.start, window.from)] as const]),
		['processes', window.processes.map(({ pid, name }) => `${name ?? 'process'} ${pid}`).join(', ')],
		['Node', window.node.join(', ')],
		...(omitted > 0
			? [['left out of this page', `${plural(omitted, 'slice or event')}: there are too many`] as const]
			: []),
	]
	return (
		<>
			<table>
				<caption>What was recorded</caption>
				<tbody>
					{facts.map(([name, value]) => (
						<tr key={name}>
							<th scope="row">{name}</th>
							<td class="value">{value}</td>
						</tr>
					))}
				</tbody>
			</table>
			<Threads report={report} />
			<Cost report={report} />
			<h2>What is missing or odd</h2>
			{quality.length === 0 && problems.length === 0 && <p>Nothing that is known of.</p>}
			<ul>
				{problems.map(problem => (
					<li key={problem}>{problem}</li>
				))}
				{quality.map(({ what, count: times, effect }) => (
					<li key={what}>
						{times === null || times === 1 ? what : `${count(times)} ${what}`}: {effect}
					</li>
				))}
			</ul>
		</>
	)
}

/** How busy the event loops were, how late, and what garbage collections took. */
function Threads({ report: { threads, window } }: { readonly report: AnalysisReport }) {
	if (threads.every(({ busy, delay, gc }) => busy === null && delay === null && gc === null)) return null
	return (
		<table>
			<caption>Threads: their event loop, its delay, and garbage collections</caption>
			<thead>
				<tr>
					<th scope="col">busy</th>
					<th scope="col">p50</th>
					<th scope="col">p99</th>
					<th scope="col">max</th>
					<th scope="col">GC</th>
					<th scope="col">longest</th>
				</tr>
			</thead>
			{threads.map(({ process, thread, busy, delay, gc }) => (
				<tbody key={`${process}/${thread}`}>
					<tr>
						<th scope="rowgroup" colSpan={6}>
							{window.processes.length > 1 ? `${thread} of process ${process}` : thread}
						</th>
					</tr>
					<tr>
						<td>{busy === null ? '–' : percent(busy.mean / 100)}</td>
						{(['p50', 'p99', 'max'] as const).map(which => (
							<td key={which}>{delay === null ? '–' : duration(delay[which])}</td>
						))}
						<td>{gc === null ? '–' : duration(gc.total)}</td>
						<td>{gc === null ? '–' : duration(gc.max)}</td>
					</tr>
				</tbody>
			))}
		</table>
	)
}

/** What recording took of the time of the threads. */
function Cost({ report: { cost, tasks, window } }: { readonly report: AnalysisReport }) {
	if (cost.length === 0) return null
	return (
		<>
			<table>
				<caption>Cost of recording</caption>
				<thead>
					<tr>
						<th scope="col">of its time</th>
						<th scope="col">encoding</th>
						<th scope="col">writing</th>
						<th scope="col">following tasks</th>
					</tr>
				</thead>
				{cost.map(({ process, thread, share, timed, encoding, writing, following }) => (
					<tbody key={`${process}/${thread}`}>
						<tr>
							<th scope="rowgroup" colSpan={4}>
								{window.processes.length > 1 ? `${thread} of process ${process}` : thread}
							</th>
						</tr>
						<tr>
							<td>{percent(share)}</td>
							<td>{timed > 0 ? duration(encoding) : 'not timed'}</td>
							<td>{duration(writing)}</td>
							<td>{followed(following, tasks.length > 0)}</td>
						</tr>
					</tbody>
				))}
			</table>
			<p>
				Encoding and following are estimated, from some of the events and hooks; writing is measured.
				{cost.some(({ following }) => following !== null) &&
					' Following is a part of the time in which a thread was busy.'}
			</p>
		</>
	)
}

function followed(following: AnalysisReport['cost'][number]['following'], hasTasks: boolean): string {
	if (following !== null && following.busy > 0) return percent(following.time / following.busy)
	return hasTasks ? 'not measured' : '–'
}
