import type { GroupReport, TaskReport } from '@tsgotrace/trace/analyze'
import { statePrefix } from '../data/header.js'
import type { PageParts } from './app.js'
import { themeOf } from './colors.js'
import { useSlowest } from './found.js'
import { follow, linkToSite } from './link.js'
import { Copied, Go, Swatch, Took } from './links.js'
import { groupKinds, groupsOf } from './report.js'
import { count, duration } from './text.js'

/** Tasks, calls, regions and slices by name, those that took most time first. */
export function Groups(parts: PageParts) {
	const { report, names } = parts.state.header
	const shown = parts.state.shown.value
	const isShown = ({ name }: GroupReport): boolean => shown === null || shown[names.indexOf(name)] === 1
	if (groupsOf(report).length === 0)
		return <p>There are no slices in this trace. Events that begin and end one are named traceXBegin and traceXEnd.</p>
	return (
		<>
			{groupKinds.map(([kind, title]) => {
				const groups = report[kind].filter(isShown)
				return groups.length === 0 ? null : <Table key={kind} {...parts} title={title} groups={groups} />
			})}
			<Sites {...parts} />
		</>
	)
}

function Table({
	title,
	groups,
	...parts
}: PageParts & { readonly title: string; readonly groups: readonly GroupReport[] }) {
	const { search } = parts.state
	return (
		<table>
			<caption>{title}, those that took most time first</caption>
			<thead>
				<tr>
					<th scope="col">count</th>
					<th scope="col">p50</th>
					<th scope="col">p90</th>
					<th scope="col">p99</th>
					<th scope="col">max</th>
					<th scope="col">total</th>
				</tr>
			</thead>
			{groups.slice(0, 100).map(group => (
				<tbody key={group.name} class={search.value === group.name ? 'chosen' : ''}>
					<tr>
						<th scope="rowgroup" colSpan={6}>
							<Swatch parts={parts} name={group.name} />
							<button
								type="button"
								class="link"
								onClick={() => (search.value = search.value === group.name ? '' : group.name)}
							>
								{group.name}
							</button>
							{'states' in group && <States {...parts} group={group as TaskReport} />}
							{search.value === group.name && <Slowest {...parts} name={group.name} />}
						</th>
					</tr>
					<tr>
						<td>
							<a
								class="number"
								href={`#search=${encodeURIComponent(group.name)}&tab=groups`}
								onClick={follow}
								title="only these"
							>
								{count(group.count)}
							</a>
						</td>
						{[group.wall.p50, group.wall.p90, group.wall.p99, group.wall.max].map((ns, i) => (
							<td key={i}>{group.count === 0 ? '–' : <Took name={group.name} ns={ns} />}</td>
						))}
						<td>{duration(group.wall.total)}</td>
					</tr>
				</tbody>
			))}
		</table>
	)
}

/** What the tasks of a group did, as shares of their time: all of them are the whole bar. */
function States({ group: { states }, ...parts }: PageParts & { readonly group: TaskReport }) {
	if (states === null || states.wall <= 0) return null
	const theme = themeOf(parts.state.dark.value)
	const shares = [
		['running', states.running],
		['runnable', states.runnable],
		...Object.entries(states.waits),
		['unknown', states.unaccounted],
	] as [string, number][]
	const known = shares.filter(([, ns]) => ns > 0)
	const text = known.map(([state, ns]) => `${state} ${((ns / states.wall) * 100).toFixed(1)} %`).join(', ')
	return (
		<span class="states" role="img" aria-label={text} title={text}>
			{known.map(([state, ns]) => (
				<span
					key={state}
					style={{
						width: `${(ns / states.wall) * 100}%`,
						background: theme.states.get(statePrefix + state) ?? theme.faint,
					}}
				/>
			))}
		</span>
	)
}

function Slowest({ name, ...parts }: PageParts & { readonly name: string }) {
	const slices = useSlowest(parts.client, parts.state.header.names.indexOf(name))
	return (
		<ol class="slowest" aria-label={`slowest of ${name}`}>
			{slices.slice(0, 8).map(found => (
				<li key={found.interval}>
					<Go {...parts} found={found} text={duration(found.end - found.start)} />
				</li>
			))}
		</ol>
	)
}

function Sites({ state }: PageParts) {
	const { sites } = state.header.report
	if (sites.length === 0) return null
	return (
		<table>
			<caption>Waits by place in the source</caption>
			<thead>
				<tr>
					<th scope="col">waits</th>
					<th scope="col">total</th>
					<th scope="col">for</th>
				</tr>
			</thead>
			{sites.slice(0, 50).map(({ site, reason, count: waits, total }) => (
				<tbody key={`${site} ${reason}`}>
					<tr>
						<th scope="rowgroup" colSpan={3}>
							<Copied text={site} />
						</th>
					</tr>
					<tr>
						<td>{count(waits)}</td>
						<td>
							<a class="number" href={linkToSite(site)} onClick={follow} title="the longest of these waits">
								{duration(total)}
							</a>
						</td>
						<td>{reason}</td>
					</tr>
				</tbody>
			))}
		</table>
	)
}
