import type { AnalysisReport } from '@tsgotrace/trace/analyze'
import type { PageParts } from './app.js'
import { shortPlaces } from './labels.js'
import { follow } from './link.js'
import { plural } from './text.js'

/** What is wrong with the program, the worst first, with what shows it. */
export function Findings(parts: PageParts) {
	const { findings, unknown } = parts.state.header.report
	return (
		<>
			{findings.length === 0 && <p>No rule found anything.</p>}
			<ol class="findings">
				{findings.map((finding, i) => (
					<li key={i} aria-current={parts.state.finding.value === i}>
						<p>
							<b>{finding.level}</b>: {shortPlaces(`${finding.subject}: ${finding.text}`)}
						</p>
						<p>
							<a class="action" href={`#finding=${i + 1}`} onClick={follow}>
								show {shortPlaces(finding.subject)}
							</a>
						</p>
						<code>{finding.look.replace('FILE', parts.state.header.title)}</code>
					</li>
				))}
			</ol>
			{unknown.length > 0 && (
				<>
					<h2>What this trace cannot show</h2>
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

/** One sentence: is this healthy? */
export function verdictOf({ findings, unknown }: AnalysisReport): string {
	const levels = (['proved', 'measured', 'suspected'] as const).map(
		level => [level, findings.filter(finding => finding.level === level).length] as const,
	)
	const counts = levels.flatMap(([level, n]) => (n > 0 ? [`${n} ${level}`] : []))
	if (counts.length === 0)
		return unknown.length > 0
			? `Nothing found, as far as this trace can show (${plural(unknown.length, 'thing')} that it cannot)`
			: 'Nothing found'
	return `${counts.join(', ')}. ${shortPlaces(`${findings[0]!.subject}: ${findings[0]!.text}`)}`
}
