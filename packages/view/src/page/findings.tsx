import type { AnalysisReport, Finding } from '@tsgotrace/trace/analyze'
import { select } from './actions.js'
import type { PageParts } from './app.js'
import { shortPlaces } from './labels.js'
import { plural } from './text.js'

/** What is wrong with the program, the worst first, with what shows it. */
export function Findings(parts: PageParts) {
	const { findings, unknown } = parts.state.header.report
	return (
		<>
			{findings.length === 0 && <p>No rule found anything.</p>}
			<ol class="findings">
				{findings.map((finding, i) => (
					<li key={i}>
						<p>
							<b>{finding.level}</b>: {shortPlaces(`${finding.subject}: ${finding.text}`)}
						</p>
						<p>
							<button type="button" onClick={() => void show(parts, finding)}>
								show {shortPlaces(finding.subject)}
							</button>
						</p>
						<code>{finding.look.replace('FILE', parts.state.header.title)}</code>
					</li>
				))}
			</ol>
			{unknown.length > 0 && (
				<>
					<h2>What this trace cannot tell</h2>
					<ul>
						{unknown.map(text => (
							<li key={text}>{text}</li>
						))}
					</ul>
				</>
			)}
		</>
	)
}

/** Show when it was, and the slice that it is about. */
async function show({ state, client, timeline }: PageParts, { subject, evidence: { from, to } }: Finding): Promise<void> {
	// A subject may say what kind of thing it is.
	const name = [subject, subject.replace(/^\w+ /, '')].find(text => state.header.names.includes(text))
	if (from !== null) {
		const width = Math.max((to ?? from) - from, 1000)
		state.show({ from: from - width * 0.1, to: from + width * 1.1 })
	}
	if (name === undefined) return
	state.search.value = name
	const index = state.header.names.indexOf(name)
	// One that shows it well: the slowest of that time.
	const slowest = await client.slowest(index)
	const within = slowest.find(({ start, end }) => from !== null && start < (to ?? from) && end > from)
	const found = within ?? (await client.nearest(index, from ?? 0))
	if (found !== null) await select(state, client, timeline, found)
}

/** One sentence: is this healthy? */
export function verdictOf({ findings, unknown }: AnalysisReport): string {
	const levels = (['proved', 'measured', 'suspected'] as const).map(
		level => [level, findings.filter(finding => finding.level === level).length] as const,
	)
	const counts = levels.flatMap(([level, n]) => (n > 0 ? [`${n} ${level}`] : []))
	if (counts.length === 0)
		return unknown.length > 0
			? `Nothing found, as far as this trace can tell (${plural(unknown.length, 'thing')} that it cannot)`
			: 'Nothing found'
	return `${counts.join(', ')}. ${shortPlaces(`${findings[0]!.subject}: ${findings[0]!.text}`)}`
}
