import { textDuration } from '../../text/text.js'
import type { Finding } from '../facts/report.js'
import { type Facts, lookAt, lookAtSlowest, lookBetween, percent, subjectOf } from './rule.js'

/** So often, or in all so many nanoseconds: a program that starts compiles and loads its code. */
const minCount = 3
const long = 200e6

/**
 * Slices in which the event loop did nothing else. If its delay was measured too, the finding is more than a suspicion.
 */
export function* stalls({ analysis }: Facts): Generator<Finding, void, undefined> {
	const hasDelays = analysis.threads.all.some(({ delay }) => delay.count > 0)
	for (const { group, count, total, confirmed, confirmedTotal, worst } of analysis.threads.silent) {
		// Delays were measured, and none matches.
		if (hasDelays && confirmed === 0) continue
		const often = confirmed > 0 ? confirmed : count
		if (confirmed === 0 ? count < minCount : confirmed < minCount && confirmedTotal < long) continue
		yield {
			rule: 'stall',
			level: confirmed > 0 ? 'measured' : 'suspected',
			subject: subjectOf(group),
			text: `kept its thread from all else ${often} time${often === 1 ? '' : 's'}, for ${textDuration(worst!.end - worst!.begin)} at most: nothing happened there meanwhile${confirmed > 0 ? ', and the event loop was late' : ', though others were open'}`,
			evidence: { ids: [worst!.id], from: worst!.begin, to: worst!.end },
			look: lookAt(group, worst!.id),
			cost: confirmed > 0 ? confirmedTotal : total,
		}
	}
}

/** Tasks that ran for a long time without a break. */
export function* longRuns({ analysis, tasks }: Facts): Generator<Finding, void, undefined> {
	for (const { name, count, total, max, task, at } of analysis.states.long.values()) {
		const isStart = tasks.some(it => it.name === name && it.kinds.includes('main'))
		yield {
			rule: 'long run',
			level: isStart ? 'suspected' : 'measured',
			subject: name === '' ? 'no task' : `task ${name}`,
			text: `ran ${count} time${count === 1 ? '' : 's'} for 50 ms or more without a break, ${textDuration(max)} at most: nothing else could run on its thread${isStart ? '. It starts the program: modules are loaded and compiled' : ''}`,
			evidence: { ids: task === 0 ? [] : [task], from: at, to: at + max },
			look: task === 0 ? lookBetween(at, at + max) : lookAt({ kind: 'task' }, task),
			cost: total,
		}
	}
}

const crowded = 0.3
/**
 * Minimum number of tenths of a second in which the thread had no time to spare: tasks that come at once wait for each
 * other, and so do the first ones of a program.
 */
const tenths = 5

/** Tasks that could have run, but others ran instead. */
export function* crowding({ analysis, tasks, from, to }: Facts): Generator<Finding, void, undefined> {
	for (const { name, states, wall } of tasks) {
		if (states === null || states.tasks < 20 || states.runnable < crowded * states.wall || wall.p50 < 1e6) continue
		const full = analysis.crowds.of(analysis.groups.of('task', name))
		const isFull = !analysis.crowds.known || (full.tenths >= tenths && full.time >= crowded * states.wall)
		const busiest = [...analysis.groups.all('task')].sort(
			(a, b) => (b.states?.running ?? 0) - (a.states?.running ?? 0),
		)[0]
		yield {
			rule: 'crowding',
			level: isFull ? 'measured' : 'suspected',
			subject: `task ${name}`,
			text: `could have run for ${percent(states.runnable / states.wall)} of its time, while its thread was busy${busiest === undefined ? '' : `, mostly with task ${busiest.name}`}${isFull ? '' : '. The thread had time to spare at other times: they come in bursts, or the program had just begun'}`,
			evidence: { ids: [], from, to },
			look: lookAtSlowest(name),
			cost: states.runnable,
		}
	}
}
