import { textDuration } from '../../text/text.js'
import type { ItemGroup } from '../facts/groups.js'
import type { Finding } from '../facts/report.js'
import { type Facts, lookAt, subjectOf } from './rule.js'

const min = 10
/** Minimum factor by which they have been open longer than the slowest that ended. */
const times = 5

/**
 * More and more of a kind begin, and do not end. The program could still end them, so this is only suspected, whatever
 * their number.
 */
export function* leaks({ analysis, from, to }: Facts): Generator<Finding, void, undefined> {
	for (const kind of ['task', 'slice', 'region', 'call'] as const)
		for (const group of analysis.groups.all(kind)) {
			const old = oldOnes(group, to)
			if (old.length < min) continue
			// Those that all begin at the start are permanent workers of the program, and so are those that began in a single
			// burst.
			const quarters = new Set(old.map(({ start }) => Math.floor(((start - from) / (to - from)) * 4)))
			const half = old.filter(({ start }) => start > from + (to - from) / 2).length
			if (quarters.size < 2 || (quarters.size === 2 && half === 0 && old.length < group.begun / 2)) continue
			const first = old[0]!
			yield {
				rule: 'leak',
				level: 'suspected',
				subject: subjectOf(group),
				text: `${old.length} of ${group.begun} have not ended, the oldest after ${textDuration(to - first.start)}${group.durations.count > 0 ? `; those that ended took ${textDuration(group.durations.quantile(0.99))} at p99` : '; none has ended'}. They began all along`,
				evidence: { ids: old.slice(0, 5).map(({ id }) => id), from: first.start, to },
				look:
					group.kind === 'task'
						? `tsgotrace query FILE "select * from slices where args ->> 'task' = ${first.id}"`
						: lookAt(group, first.id),
				cost: old.reduce((sum, { start }) => sum + to - start, 0),
			}
		}
}

function oldOnes(
	{ open, durations }: ItemGroup,
	to: number,
): readonly { readonly id: number; readonly start: number }[] {
	const usual = durations.quantile(0.99)
	return open.filter(({ start }) => to - start > times * usual).sort((a, b) => a.start - b.start)
}
