import type { Detail } from '../data/header.js'
import { selectRange } from './actions.js'
import type { PageParts } from './app.js'
import { Arrows, Path } from './chain.js'
import { Findings } from './findings.js'
import { Flame } from './flame.js'
import { useInside } from './found.js'
import { Groups } from './groups.js'
import { Histogram } from './histogram.js'
import { full, short } from './labels.js'
import { follow, linkToSite, linkToSlice } from './link.js'
import { Copied, Swatch, Took } from './links.js'
import type { FoundInterval, Sum } from './protocol.js'
import { groupsOf } from './report.js'
import { filterText } from './search.js'
import type { PageState, Tab, TimeRange } from './state.js'
import { count, duration, plural, timeOfDay } from './text.js'
import { Trace } from './trace.js'

const titles: readonly (readonly [Tab, string])[] = [
	['findings', 'Findings'],
	['groups', 'Groups'],
	['selection', 'Selection'],
	['slice', 'Slice'],
	['flame', 'Flame'],
	['health', 'Trace'],
]

/** What there is to say beside the timeline. */
export function Panel(parts: PageParts) {
	const { state } = parts
	const move = (by: number): void => {
		const at = titles.findIndex(([id]) => id === state.tab.value)
		const [id] = titles[(at + by + titles.length) % titles.length]!
		state.tab.value = id
		document.querySelector<HTMLButtonElement>(`#tab-${id}`)?.focus()
	}
	return (
		<section class={state.wide.value ? 'panel wide' : 'panel'} aria-label="details">
			<button
				type="button"
				class="widen"
				aria-pressed={state.wide.value}
				title="make this part wider"
				onClick={() => (state.wide.value = !state.wide.value)}
			>
				{state.wide.value ? '⇥' : '⇤'}
				<span class="unseen">make the details wider</span>
			</button>
			<div
				class="tabs"
				role="tablist"
				onKeyDown={event => {
					if (event.key === 'ArrowRight') move(1)
					if (event.key === 'ArrowLeft') move(-1)
				}}
			>
				{titles.map(([id, label]) => (
					<button
						key={id}
						id={`tab-${id}`}
						type="button"
						role="tab"
						aria-selected={state.tab.value === id}
						aria-controls="panel"
						tabIndex={state.tab.value === id ? 0 : -1}
						onClick={() => (state.tab.value = id)}
					>
						{label}
					</button>
				))}
			</div>
			<div id="panel" class="content" role="tabpanel" aria-labelledby={`tab-${state.tab.value}`} tabIndex={0}>
				{state.tab.value === 'findings' && <Findings {...parts} />}
				{state.tab.value === 'groups' && <Groups {...parts} />}
				{state.tab.value === 'selection' && <Selection {...parts} />}
				{state.tab.value === 'slice' && <SliceDetails {...parts} />}
				{state.tab.value === 'flame' && <Flame {...parts} />}
				{state.tab.value === 'health' && <Trace {...parts} />}
			</div>
		</section>
	)
}

function Selection(parts: PageParts) {
	const { state, client } = parts
	const range = state.selected.value
	const sums = state.sums.value
	if (range === null)
		return (
			<p>
				Select a range of time: drag with Shift over the timeline, or drag over its axis, or press M for all that is
				shown.
			</p>
		)
	return (
		<>
			<p>
				{duration(range.to - range.from)} from {duration(range.from)} on{' '}
				<button type="button" onClick={() => state.show(range)}>
					show
				</button>{' '}
				<button type="button" onClick={() => void selectRange(state, client, null)}>
					clear
				</button>
			</p>
			{sums === null ? (
				<p>…</p>
			) : sums.length === 0 ? (
				<p>Nothing happened in it.</p>
			) : (
				<Sums parts={parts} sums={sums} range={range} />
			)}
		</>
	)
}

function Sums({
	parts,
	sums,
	range,
}: {
	readonly parts: PageParts
	readonly sums: readonly Sum[]
	readonly range: TimeRange
}) {
	const { names } = parts.state.header
	return (
		<table>
			<caption>All that touches it, by name</caption>
			<thead>
				<tr>
					<th scope="col">count</th>
					<th scope="col">in it</th>
					<th scope="col">mean</th>
					<th scope="col">min</th>
					<th scope="col">p50</th>
					<th scope="col">p99</th>
					<th scope="col">max</th>
				</tr>
			</thead>
			{sums.slice(0, 200).map(sum => (
				<tbody key={sum.name}>
					<tr>
						<th scope="rowgroup" colSpan={7}>
							<Swatch parts={parts} name={names[sum.name]!} />
							{full(names[sum.name]!)}
						</th>
					</tr>
					<tr>
						<td>{count(sum.count)}</td>
						{/* Events have no duration. */}
						{[sum.within, sum.mean].map((ns, i) => (
							<td key={i}>{sum.max === 0 ? '–' : duration(ns)}</td>
						))}
						{[sum.min, sum.p50, sum.p99, sum.max].map((ns, i) => (
							<td key={i}>{sum.max === 0 ? '–' : <Took name={names[sum.name]!} ns={ns} among={range} />}</td>
						))}
					</tr>
				</tbody>
			))}
		</table>
	)
}

function SliceDetails(parts: PageParts) {
	const { state } = parts
	const { header } = state
	const found = state.slice.value
	const detail = state.detail.value
	if (found === null) return <p>Click a slice or an event, or press → for the first one.</p>
	const name = header.names[found.name]!
	const group = groupsOf(header.report).find(one => one.name === name)
	const row = header.rows[found.row]!
	const took = found.end - found.start
	return (
		<>
			<h2>
				<Swatch parts={parts} name={name} />
				{full(name)}
			</h2>
			<dl>
				<dt>begins</dt>
				<dd>{`${(found.start / 1e9).toFixed(9)} s`}</dd>
				{took > 0 && (
					<>
						<dt>took</dt>
						<dd>
							{duration(took)}
							{detail?.ended === false && ' (its end was not recorded)'}
						</dd>
					</>
				)}
				{header.report.window.start !== null && (
					<>
						<dt>at</dt>
						<dd>{timeOfDay(header.report.window.start, found.start)}</dd>
					</>
				)}
				<dt>on</dt>
				<dd>{[row.label, row.process].filter(Boolean).join(' of ')}</dd>
				{group !== undefined && (
					<>
						<dt>others</dt>
						<dd>
							{group.count === 0
								? `none of this name has ended; ${plural(group.open, 'slice')} began`
								: [
										`${plural(group.count, 'slice')} of this name: `,
										...(['p50', 'p99', 'max'] as const).flatMap((which, i) => [
											`${i > 0 ? ', ' : ''}${which} `,
											<Took key={which} name={name} ns={group.wall[which]} />,
										]),
									]}
						</dd>
					</>
				)}
			</dl>
			<Inside {...parts} found={found} />
			<Places {...parts} name={name} />
			<Path {...parts} />
			<Arrows {...parts} />
			{detail === null ? <p>…</p> : <Arguments state={state} detail={detail} />}
			{group !== undefined && group.count > 1 && <Histogram {...parts} name={found.name} mark={took} />}
		</>
	)
}

/** Where tasks of a name, or the tasks that a region is part of, wait: the places in the source. */
function Places({ name, state }: PageParts & { readonly name: string }) {
	const own = state.header.rows[state.slice.value?.row ?? -1]?.label ?? name
	const sites = state.header.report.sites.filter(({ task }) => task === name || task === own)
	if (sites.length === 0) return null
	return (
		<table>
			<caption>Where {own} waits, as far as that was sampled</caption>
			<tbody>
				{sites.slice(0, 6).map(({ site, reason, total }) => (
					<tr key={`${site} ${reason}`}>
						<th scope="row">
							<Copied text={site} />
						</th>
						<td>{reason}</td>
						<td>
							<a class="number" href={linkToSite(site)} onClick={follow} title="the longest of these waits">
								{duration(total)}
							</a>
						</td>
					</tr>
				))}
			</tbody>
		</table>
	)
}

/** What a task waited for, or what else is directly within a slice. */
function Inside({ found, ...parts }: PageParts & { readonly found: FoundInterval }) {
	const sums = useInside(parts.client, found.interval)
	const took = found.end - found.start
	if (sums.length === 0 || took === 0) return null
	return (
		<table>
			<caption>Within it</caption>
			<tbody>
				{sums.slice(0, 20).map(({ name, within, max, count: times }) => (
					<tr key={name}>
						<th scope="row">
							<Swatch parts={parts} name={parts.state.header.names[name]!} />
							{short(parts.state.header.names[name]!)}
						</th>
						<td>
							<a
								class="number"
								href={linkToSlice(parts.state.header.names[name]!, max, { from: found.start, to: found.end })}
								onClick={follow}
								title="the longest of these"
							>
								{duration(within)}
							</a>
						</td>
						<td>{`${((within / took) * 100).toFixed(1)} %`}</td>
						<td>{plural(times, 'time')}</td>
					</tr>
				))}
			</tbody>
		</table>
	)
}

function Arguments({ state, detail: { args, endArgs } }: { readonly state: PageState; readonly detail: Detail }) {
	const all = [
		...Object.entries(args).map(([name, value]) => [name, name, value] as const),
		...Object.entries(endArgs ?? {}).map(([name, value]) => [name, `${name} (at its end)`, value] as const),
	]
	if (all.length === 0) return null
	return (
		<table>
			<caption>Arguments</caption>
			<tbody>
				{all.map(([name, label, value]) => (
					<tr key={label}>
						<th scope="row">{label}</th>
						<td class="value">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
						<td>
							<button
								type="button"
								class="link"
								aria-label={`all with this ${name}`}
								title={`all with this ${name}`}
								onClick={() => (state.search.value = filterText(name, value))}
							>
								all
							</button>
						</td>
					</tr>
				))}
			</tbody>
		</table>
	)
}
