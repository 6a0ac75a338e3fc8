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
							<b>{`${finding.level}: ${finding.rule}`}</b>: {shortPlaces(`${finding.subject}: ${finding.text}`)}
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

/** Is this healthy? In a word, what that rests on, and the worst of it. */
export function verdictOf({ findings, unknown }: AnalysisReport): {
	readonly health: 'bad' | 'unclear' | 'good'
	readonly text: string
	readonly worst: string
} {
	const counts = (['proved', 'measured', 'suspected'] as const).flatMap(level => {
		const n = findings.filter(finding => finding.level === level).length
		return n > 0 ? [`${n} ${level}`] : []
	})
	const [worst] = findings
	if (worst === undefined)
		return {
			health: 'good',
			text: 'Nothing found',
			worst:
				unknown.length > 0
					? `as far as this trace can show: see ${plural(unknown.length, 'thing')} that it cannot`
					: '',
		}
	const isSure = worst.level !== 'suspected'
	return {
		health: isSure ? 'bad' : 'unclear',
		text: `${isSure ? 'Problems' : 'Perhaps problems'}: ${counts.join(', ')}`,
		worst: shortPlaces(`${worst.rule}: ${worst.subject}: ${worst.text}`),
	}
}
