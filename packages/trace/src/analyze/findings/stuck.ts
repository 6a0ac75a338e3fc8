import { textDuration } from '../../text/text.js'
import type { OpenItem } from '../facts/open.js'
import type { Finding } from '../facts/report.js'
import { type Facts, lookAt, subjectOf } from './rule.js'

const maxShown = 5

/** Tasks that deadlock: each holds what another one waits for. */
export function* stuck({ analysis, from, to }: Facts): Generator<Finding, void, undefined> {
	const at = (time: number): string => `${((time - from) / 1e9).toFixed(6)} s`
	for (const cycle of analysis.locks.cycles(analysis.remaining)) {
		// In the order in which they took what they hold.
		const shown = [...cycle].sort((a, b) => a.hold.slice.start - b.hold.slice.start)
		const lines = shown.slice(0, maxShown).map(({ task, hold }) => {
			const waits = cycle.find(({ wait }) => wait.parent === task)!
			return `${nameOf(task)} has ${subjectOf(hold.group)} since ${at(hold.slice.start)} and is in ${subjectOf(waits.wait.group)} since ${at(waits.wait.slice.start)}, which ${waits.task === task ? 'it has itself' : `${nameOf(waits.task)} has`}`
		})
		const closed = Math.max(...cycle.map(({ wait }) => wait.slice.start))
		yield {
			rule: 'stuck',
			level: 'measured',
			subject: [...new Set(shown.map(({ task }) => `task ${task.group.name}`))].slice(0, maxShown).join(', '),
			text: `${cycle.length === 1 ? 'waits for itself' : `${cycle.length} tasks wait for each other`} for ${textDuration(to - closed)}, to the end of the trace: ${lines.join('; ')}`,
			evidence: { ids: shown.map(({ task }) => task.id), from: closed, to },
			look: lookAt({ kind: 'task' }, shown[0]!.task.id),
			cost: cycle.length * (to - closed),
		}
	}
}

function nameOf({ kind, id, group }: OpenItem): string {
	return `${kind} ${group.name} (${id})`
}

/** Tasks that can never continue, as V8 has proved. */
export function* lost({ analysis, from, to }: Facts): Generator<Finding, void, undefined> {
	for (const group of analysis.groups.all('task')) {
		const count = group.ends.get('lost') ?? 0
		if (count === 0) continue
		const [first] = group.lost
		yield {
			rule: 'lost',
			level: 'proved',
			subject: subjectOf(group),
			text: `${count} of ${group.begun} can never go on: what would have settled the promise that they wait for has been collected`,
			evidence: { ids: group.lost.map(({ id }) => id), from: first?.start ?? from, to },
			look: lookAt(group, first?.id ?? 0),
			cost: count,
		}
	}
}
