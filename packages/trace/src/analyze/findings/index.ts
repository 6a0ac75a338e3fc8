import type { EvidenceLevel, Finding } from '../facts/report.js'
import { blockingCalls, starvation } from './blocked.js'
import { turns, turnsOfSeveral, waitSites } from './handovers.js'
import { leaks } from './leaks.js'
import { collections, loopDelay, losses } from './machine.js'
import { fanOut, repeated, retries, serial } from './patterns.js'
import { queues } from './queues.js'
import { type Facts, percent, type Rule, subjectOf } from './rule.js'
import { crowding, longRuns, stalls } from './stalls.js'
import { lost, stuck } from './stuck.js'

const rules: readonly Rule[] = [
	losses,
	stuck,
	lost,
	leaks,
	queues,
	stalls,
	blockingCalls,
	starvation,
	longRuns,
	crowding,
	waitSites,
	repeated,
	retries,
	fanOut,
	serial,
	collections,
	loopDelay,
]
const levels: readonly EvidenceLevel[] = ['proved', 'measured', 'suspected']

/** The findings of all rules: the most certain and most expensive first. */
export function findingsOf(analysis: Facts['analysis'], rest: Omit<Facts, 'analysis'>): Finding[] {
	const facts = { analysis, ...rest }
	let found = rules.flatMap(rule => [...rule(facts)])
	// A place or a region says more than states alone.
	if (!found.some(({ rule, level }) => level === 'measured' && (rule === 'contention' || rule === 'pool'))) {
		const several = [...turnsOfSeveral(facts)]
		const together = new Set(several.flatMap(({ names }) => names.map(name => subjectOf({ kind: 'task', name }))))
		found = found.filter(({ rule, subject }) => rule !== 'contention' || !together.has(subject))
		const known = found.filter(({ rule }) => rule === 'contention' || rule === 'pool').map(({ subject }) => subject)
		const others = [...turns(facts)].filter(({ subject }) => !together.has(subject) && !known.includes(subject))
		found = [...several.map(({ finding }) => finding), ...found, ...others]
	}
	return withoutProcessor(found, analysis.threads.withoutProcessor).sort(
		(a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.cost - a.cost,
	)
}

/** What is as likely the fault of a busy machine. */
const ofTime: ReadonlySet<string> = new Set([
	'stall',
	'long run',
	'crowding',
	'loop delay',
	'gc',
	'starvation',
	'blocking code',
])
const much = 0.25

/** A thread that gets no processor is late for no fault of the program: then it is only suspected. */
function withoutProcessor(found: readonly Finding[], part: number): Finding[] {
	if (part < much) return [...found]
	const why = `. But for ${percent(part)} of the time in which threads were busy they had no processor: the machine was busy, or they waited in synchronous calls`
	const isOfTime = ({ rule, subject }: Finding): boolean =>
		ofTime.has(rule) || (rule === 'blocking call' && !subject.endsWith('Sync'))
	return found.map(it =>
		it.level === 'measured' && isOfTime(it) ? { ...it, level: 'suspected', text: it.text + why } : it,
	)
}
