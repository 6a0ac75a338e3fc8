import { textDuration } from '../../text/text.js'
import type { ItemGroup } from '../facts/groups.js'
import type { Finding } from '../facts/report.js'
import { type Facts, lookAt, percent, subjectOf } from './rule.js'

const min = 20
/** Minimum fraction of the time of the waiting items. */
const share = 0.2
/** Minimum fraction of waits that end when a holder ends, with full capacity afterwards. */
const sure = 0.5
const full = 0.9
/** Fraction of holds in which nothing else happened on the thread. */
const silent = 0.8

/** Many wait for a resource of limited capacity: a lock, a pool, workers of a queue. */
export function* queues({ analysis }: Facts): Generator<Finding, void, undefined> {
	const reported = new Set<ItemGroup>()
	// A hold may have parts that begin with it: only the outermost one is reported.
	for (const { wait, hold, count, total, handed, levels, worst } of analysis.queues
		.all()
		.sort((a, b) => b.count - a.count)) {
		if (reported.has(wait)) continue
		const places = hold.max
		const taken = levels[places] ?? 0
		if (count < min || wait.max < 2 || handed < sure * count || taken < full * count) continue
		const all = wait.durations.total + hold.durations.total
		if (total < share * all) continue
		// Possibly nothing else could run, rather than others waiting.
		const isSilent = hold.silent > silent * hold.durations.count
		reported.add(wait)
		const mean = textDuration(total / count)
		yield {
			rule: places === 1 ? 'contention' : 'pool',
			level: isSilent ? 'suspected' : 'measured',
			subject: subjectOf(wait),
			text: `${count} waited ${mean} on average (${textDuration(wait.durations.quantile(0.99))} at p99) for ${subjectOf(hold)}, which ${places === 1 ? 'one holds at a time' : `${places} hold at a time`} for ${textDuration(hold.durations.quantile(0.5))} at p50. Up to ${wait.max} waited at once; waiting is ${percent(total / all)} of both${isSilent ? '. Nothing else happens while one is held: it may be the thread that is kept, not a lock' : ''}`,
			evidence: { ids: [worst!.id], from: worst!.begin, to: worst!.end },
			look: lookAt(worst!, worst!.id),
			cost: total,
		}
	}
}
