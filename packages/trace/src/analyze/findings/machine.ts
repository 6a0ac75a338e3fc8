import { lossText, textDuration } from '../../text/text.js'
import type { Finding } from '../facts/report.js'
import { lateLoop, type ThreadFacts } from '../facts/threads.js'
import { type Facts, lookBetween, percent } from './rule.js'

/** Events are missing. */
export function* losses({ analysis: { quality } }: Facts): Generator<Finding, void, undefined> {
	const { dropped } = quality.missing
	const { losses } = quality
	if (losses.length === 0 && dropped === 0) return
	const reasons = losses.map(({ reason, events }) => lossText(events, reason).replaceAll('-', '').trim())
	yield {
		rule: 'loss',
		level: 'proved',
		subject: 'the trace',
		text: `${losses.length === 0 ? `${dropped} events were dropped` : reasons.join('; ')}: the numbers of events and slices are too low`,
		evidence: { ids: [], from: null, to: null },
		look: 'tsgotrace summary FILE',
		cost: 0,
	}
}

/** Limits for the fraction of time, and for one collection. */
const gcShare = 0.1
const gcPause = 100e6
/** Shorter windows do not determine fractions of time. */
const shortest = 0.5e9

/** A program that starts has a few that are long. */
const fewest = 10

export function* collections({ analysis, from, to }: Facts): Generator<Finding, void, undefined> {
	for (const { track, collections: gc, collectionKinds } of analysis.threads.all) {
		const share = gc.total / (to - from)
		const isMuch = to - from > shortest && share >= gcShare && gc.count >= fewest
		if (gc.count === 0 || (!isMuch && gc.max < gcPause)) continue
		const kinds = [...collectionKinds].map(([kind, count]) => `${count} ${kind}`).join(', ')
		yield {
			rule: 'gc',
			level: 'measured',
			subject: nameOf(track),
			text: `garbage collections stopped it for ${percent(share)} of the time: ${gc.count} (${kinds}), ${textDuration(gc.total)} in all, ${textDuration(gc.max)} at most`,
			evidence: { ids: [], from, to },
			look: "tsgotrace query FILE \"select ts, args ->> 'ms' as ms, args ->> 'kind' as kind from events where name = 'traceGcDone' order by ms desc\"",
			cost: gc.total,
		}
	}
}

/** Minimum number of samples, each of a tenth of a second, and the fraction of them that must be late. */
const min = 20
const often = 0.1
/** Minimum number of delays that are its own: a program that starts has some. */
const ownDelays = 5

/** Timers are repeatedly late. */
export function* loopDelay({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const { track, delay, late, worstDelayAt } of analysis.threads.all) {
		const readings = delay.sorted()
		const those = readings.length - readings.findIndex(time => time >= lateLoop)
		if (readings.length < min || delay.max < lateLoop || those < often * readings.length) continue
		const isOwn = late >= Math.max(ownDelays, often * readings.length)
		yield {
			rule: 'loop delay',
			level: isOwn ? 'measured' : 'suspected',
			subject: nameOf(track),
			text: `its event loop was 50 ms late or more in ${those} of ${readings.length} tenths of a second, ${textDuration(delay.max)} at most: timers and requests wait that long${isOwn ? '' : `. In ${late === 0 ? 'none' : late} of them it was busy itself, and had a processor`}`,
			evidence: { ids: [], from: worstDelayAt - delay.max, to: worstDelayAt },
			look: lookBetween(worstDelayAt - delay.max, worstDelayAt),
			cost: delay.total,
		}
	}
}

function nameOf({ name, tid }: ThreadFacts['track']): string {
	return `thread ${name ?? tid ?? '?'}`
}
