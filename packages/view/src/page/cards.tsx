import { select } from './actions.js'
import type { Parts } from './app.js'
import { count, duration, plural } from './text.js'

/** What is in the trace, at a glance: each card leads to what it is about. */
export function Cards({ state, client, timeline }: Parts) {
	const { header } = state
	const { health, groups } = header
	const lost = health.losses.reduce((sum, { events }) => sum + events, 0)
	const slowest = groups.reduce<(typeof groups)[number] | null>(
		(most, group) => (most === null || group.max > most.max ? group : most),
		null,
	)
	const busiest = groups[0] ?? null
	const threads = new Set(
		header.rows
			.filter(({ kind }) => kind === 'thread')
			.map(({ label, process }) => `${process} ${label.replace(/^(?:gc|events) of /, '')}`),
	).size
	const showSlowest = async (name: string): Promise<void> => {
		const [first] = await client.slowest(header.names.indexOf(name))
		if (first !== undefined) await select(state, client, timeline, first)
	}
	return (
		<section class="cards" aria-label="overview">
			<button type="button" class="card" onClick={() => state.show(state.whole)}>
				<span class="what">Time</span>
				<b>{duration(header.end - header.begin)}</b>
				<span>
					{plural(health.events, 'event')} on {plural(Math.max(1, threads), 'thread')}
				</span>
			</button>
			<button type="button" class="card" disabled={slowest === null} onClick={() => slowest !== null && void showSlowest(slowest.name)}>
				<span class="what">Slowest</span>
				<b>{slowest === null ? 'no slices' : duration(slowest.max)}</b>
				<span>{slowest?.name ?? ''}</span>
			</button>
			<button
				type="button"
				class="card"
				disabled={busiest === null}
				onClick={() => {
					state.search.value = busiest?.name ?? ''
					state.tab.value = 'groups'
				}}
			>
				<span class="what">Most time</span>
				<b>{busiest === null ? 'no slices' : duration(busiest.total)}</b>
				<span>{busiest === null ? '' : `${busiest.name}, ${count(busiest.count)} times`}</span>
			</button>
			<button type="button" class="card" onClick={() => (state.tab.value = 'health')}>
				<span class="what">Trace</span>
				<b>{verdict(lost, health.problems.length + health.damaged)}</b>
				<span>
					{lost > 0 ? `${plural(lost, 'event')} lost` : 'nothing lost'}
					{health.open > 0 ? `, ${plural(health.open, 'slice')} open at the end` : ''}
				</span>
			</button>
		</section>
	)
}

function verdict(lost: number, faults: number): string {
	if (faults > 0) return 'damaged'
	return lost > 0 ? 'incomplete' : 'complete'
}
