import { textDuration } from '../../text/text.js'
import type { Finding } from '../facts/report.js'
import { type Facts, lookAt, lookBetween } from './rule.js'

/** So often, or in all so many nanoseconds: a program that starts compiles and loads its code. */
const minCount = 3
const long = 200e6
/** What the recorder itself does is not a fault of the program. */
const own = /[\\/](?:@tsgotrace|packages)[\\/](?:exec|record|runtime)[\\/]dist[\\/]/

/** What V8's sampler found while the thread did not return to its loop. */
export function* blockingCalls({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const { where, call, count, total, max, task, name, end } of analysis.blocked.stalls.values()) {
		if ((count < minCount && total < long) || (where === '' && call === '') || own.test(where)) continue
		const times = `${count} time${count === 1 ? '' : 's'} for 20 ms or more, ${textDuration(max)} at most, ${textDuration(total)} in all`
		yield {
			rule: call === '' ? 'blocking code' : 'blocking call',
			level: 'measured',
			subject: call === '' ? where : call,
			text: `kept its thread from all else ${times}${call === '' || where === '' ? '' : `, called by ${where}`}${name === '' ? '' : `, mostly in task ${name}`}`,
			evidence: { ids: task === 0 ? [] : [task], from: end - max, to: end },
			look: task === 0 ? lookBetween(end - max, end) : lookAt({ kind: 'task' }, task),
			cost: total,
		}
	}
}

/** Microtasks that begin further ones: the loop never comes to its turn. */
export function* starvation({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const { name, count, total, max, yields, end } of analysis.blocked.starved.values())
		yield {
			rule: 'starvation',
			level: 'measured',
			subject: `task ${name}`,
			text: `gave way ${yields} times while the event loop was late, ${count} time${count === 1 ? '' : 's'}, ${textDuration(max)} at most: it goes on by microtasks, so timers and I/O never get their turn`,
			evidence: { ids: [], from: end - max, to: end },
			look: lookBetween(end - max, end),
			cost: total,
		}
}
