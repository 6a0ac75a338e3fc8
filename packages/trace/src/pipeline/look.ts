// Steps that change nothing: they look at what passes.
import { LateReports } from '../late.js'
import type { TraceTrack } from '../read/items.js'
import { Pairing, type Slice, type SliceBatch, threadOf } from '../slices.js'
import { type Step, stepOf, type TraceEvent } from './step.js'

/**
 * An analyser in a pipeline: everything passes, and is given to `take` too, with slices. The last batch has no items,
 * but the slices that were still open.
 *
 * @example
 * import { Analyzer } from '@tsgotrace/trace/analyze'
 * import { chrome, convert } from '@tsgotrace/trace/export'
 * import { tap, through } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const analyzer = new Analyzer()
 * 	const trace = through(readTrace(path), tap(batch => analyzer.take(batch)))
 * 	for await (const chunk of convert(trace, chrome())) process.stdout.write(chunk)
 * 	console.error(analyzer.report(trace).findings)
 * }
 */
export function tap(take: (batch: SliceBatch) => void): Step {
	return stepOf(() => {
		const pairing = new Pairing()
		return {
			take(items) {
				take(pairing.take(items))
				return items
			},
			end: () => take(pairing.finish()),
		}
	})
}

/**
 * What is wrong with an event; null if nothing is. `slice` is as for `enrich`; that it has ended may be known before
 * its end comes.
 */
export type Rule = (event: TraceEvent, slice: Slice | null) => string | null

/** What a rule says of an event. */
export interface Violation {
	readonly event: TraceEvent
	readonly text: string
}

/**
 * A validator: everything passes, and what violates a rule is reported.
 *
 * @param report called for each violation
 * @param makeRules each makes a rule for one trace: {@link inOrder}, {@link inPairs}, or your own
 * @example
 * import { inOrder, inPairs, through, validate } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const trace = through(
 * 	readTrace(process.argv[2] ?? new Uint8Array()),
 * 	validate(
 * 		({ event, text }) => console.log(event.time, event.id, text),
 * 		inOrder,
 * 		inPairs,
 * 		() => (event, slice) => (event.type === 'end' && slice !== null && slice.end - slice.start > 1e9 ? 'took more than a second' : null),
 * 	),
 * )
 * for await (const _ of trace.batches());
 */
export function validate(report: (violation: Violation) => void, ...makeRules: readonly (() => Rule)[]): Step {
	return stepOf(() => {
		const pairing = new Pairing()
		const rules = makeRules.map(make => make())
		return {
			take(items) {
				const { slices } = pairing.take(items)
				for (const [i, event] of items.entries()) {
					if (!('track' in event)) continue
					for (const rule of rules) {
						const text = rule(event, slices[i]!)
						if (text !== null) report({ event, text })
					}
				}
				return items
			},
		}
	})
}

/**
 * The events of a thread are in order of time, but for what is reported some time after it happened: samples, and
 * slices that one event reports when they have ended.
 */
export function inOrder(): Rule {
	const latest = new Map<TraceTrack, number>()
	const late = new LateReports()
	return event => {
		if (late.has(event) || (event.type === 'begin' && event.began !== null)) return null
		const thread = threadOf(event.track)
		const before = latest.get(thread) ?? Number.NEGATIVE_INFINITY
		if (event.time < before) return `is ${before - event.time} ns before the event before it`
		latest.set(thread, event.time)
		return null
	}
}

/** Each end has a begin. */
export function inPairs(): Rule {
	return (event, slice) =>
		event.type === 'end' && slice === null && !event.continues ? 'ends what has not begun' : null
}
