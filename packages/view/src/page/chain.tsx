import { selectRange } from './actions.js'
import type { PageParts } from './app.js'
import { full, short, shortSite } from './labels.js'
import { Go, Swatch } from './links.js'
import type { Arrow, PathInterval } from './protocol.js'
import { duration, plural } from './text.js'

const maxSteps = 200
const maxArrows = 50

/** What held up the slice that is selected: as sums, and step by step. */
export function Path(parts: PageParts) {
	const { state, client } = parts
	const steps = state.path.value
	const slice = state.slice.value
	if (steps.length === 0 || slice === null) return null
	const wall = steps.at(-1)!.to - steps[0]!.from
	const isOwn = ({ task }: PathInterval): boolean =>
		task.row === slice.row && task.lane === slice.lane && task.start <= slice.start && task.end >= slice.end
	const root = steps.find(isOwn)?.task
	const isNamesake = (step: PathInterval): boolean => step.task.name === root?.name && !isOwn(step)
	const name = ({ at, task }: PathInterval): string =>
		stepName(state.header.names, at.name, task.name, at.interval === task.interval)
	return (
		<section class="chain">
			<h2>Critical path</h2>
			<p>At each moment what held it up: itself, or what it waited for. The steps add up to {duration(wall)}.</p>
			<table>
				<caption>What took most of it</caption>
				<tbody>
					{sumsOf(steps, name, isOwn)
						.slice(0, 12)
						.map(({ step, time, sites, label }) => (
							<tr key={`${label} ${step.from}`}>
								<th scope="row">
									<Swatch parts={parts} name={state.header.names[step.at.name]!} />
									<Go {...parts} found={step.at} text={label} />
									{isNamesake(step) && ' (another one)'}
									{sites.map(site => (
										<code key={site} class="site" title={site}>
											{shortSite(site)}
										</code>
									))}
								</th>
								<td>{duration(time)}</td>
								<td>{`${((time / wall) * 100).toFixed(1)} %`}</td>
							</tr>
						))}
				</tbody>
			</table>
			<details>
				<summary>{plural(steps.length, 'step')}, one after the other</summary>
				<ol class="steps">
					{steps.slice(0, maxSteps).map(step => (
						<li key={`${step.from} ${step.at.interval}`}>
							<Go {...parts} found={step.at} text={name(step)} /> {duration(step.to - step.from)}{' '}
							<button
								type="button"
								class="link"
								onClick={() => {
									const around = (step.to - step.from) * 0.5
									state.show({ from: step.from - around, to: step.to + around })
									void selectRange(state, client, { from: step.from, to: step.to }, false)
								}}
							>
								show
							</button>
						</li>
					))}
				</ol>
				{steps.length > maxSteps && <p>… and {plural(steps.length - maxSteps, 'more step')}</p>}
			</details>
		</section>
	)
}

function stepName(names: readonly string[], at: number, task: number, isItself: boolean): string {
	return isItself ? short(names[task]!) : `${short(names[task]!)}: ${full(names[at]!)}`
}

interface StepSum {
	readonly label: string
	/** The longest one. */
	step: PathInterval
	time: number
	readonly sites: string[]
}

function sumsOf(
	steps: readonly PathInterval[],
	name: (step: PathInterval) => string,
	isOwn: (step: PathInterval) => boolean,
): readonly StepSum[] {
	const sums = new Map<string, StepSum>()
	for (const step of steps) {
		// The task itself is distinguished from others of its name.
		const label = name(step)
		const key = `${label} ${isOwn(step)}`
		let sum = sums.get(key)
		if (sum === undefined) sums.set(key, (sum = { label, step, time: 0, sites: [] }))
		sum.time += step.to - step.from
		if (step.to - step.from > sum.step.to - sum.step.from) sum.step = step
		if (step.site !== null && sum.sites.length < 2 && !sum.sites.includes(step.site)) sum.sites.push(step.site)
	}
	return [...sums.values()].sort((a, b) => b.time - a.time)
}

const headings: Readonly<Record<Arrow['kind'], readonly [to: string, from: string]>> = {
	wake: ['Its waits were ended by', 'It ended waits of'],
	start: ['Started by', 'It started'],
	flow: ['Caused by', 'It caused'],
}

/** What leads to the slice that is selected, and from it. */
export function Arrows(parts: PageParts) {
	const { arrows, slice } = parts.state
	const own = slice.value
	if (own === null || arrows.value.length === 0) return null
	const leadsHere = ({ toTask }: Arrow): boolean =>
		toTask.row === own.row && toTask.lane === own.lane && toTask.start <= own.end && toTask.end >= own.start
	return (
		<>
			{(Object.keys(headings) as Arrow['kind'][]).flatMap(kind =>
				[true, false].map(isTo => {
					const all = arrows.value.filter(arrow => arrow.kind === kind && leadsHere(arrow) === isTo)
					if (all.length === 0) return null
					return (
						<section key={`${kind} ${isTo}`} class="chain">
							<h2>{headings[kind][isTo ? 0 : 1]}</h2>
							<ul class="steps">
								{all.slice(0, maxArrows).map(arrow => {
									const other = isTo ? arrow.fromTask : arrow.toTask
									return (
										<li key={`${arrow.from.interval} ${arrow.to.interval}`}>
											<Go {...parts} found={other} text={short(parts.state.header.names[other.name]!)} /> at{' '}
											{`${(arrow.end / 1e9).toFixed(6)} s`}
										</li>
									)
								})}
							</ul>
							{all.length > maxArrows && <p>… and {all.length - maxArrows} more</p>}
						</section>
					)
				}),
			)}
		</>
	)
}
