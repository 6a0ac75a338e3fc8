import type { TraceItem } from '../read/items.js'
import type { TraceArgs } from '../read/values.js'
import { Pairing, type Slice } from '../slices.js'
import { type Step, stepOf, type TraceEvent } from './step.js'

/**
 * A transformer: each event becomes another one, or several. It is called for ends too: a begin and its end need the
 * same name, category and track.
 *
 * @example
 * import { through, transform } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * // `GET /item/17` and `GET /item/18` are one name.
 * const trace = through(
 * 	readTrace(process.argv[2] ?? new Uint8Array()),
 * 	transform(event => ({ ...event, name: event.name.replace(/\d+/g, '*') })),
 * )
 * for await (const items of trace.batches()) console.log(items.length)
 */
export function transform(change: (event: TraceEvent) => TraceEvent | readonly TraceEvent[]): Step {
	return stepOf(() => ({ take: items => items.flatMap<TraceItem>(item => ('track' in item ? change(item) : item)) }))
}

/**
 * An enricher: adds arguments to events; those of an event itself win.
 *
 * @param add what to add, or null for nothing. For a begin and an end, `slice` is theirs; for others the innermost open
 * slice of their track, if there is one
 * @example
 * import { enrich, through } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const trace = through(
 * 	readTrace(process.argv[2] ?? new Uint8Array()),
 * 	enrich((event, slice) => (event.type === 'instant' && slice !== null ? { within: slice.name } : null)),
 * )
 * for await (const items of trace.batches()) console.log(items.length)
 */
export function enrich(add: (event: TraceEvent, slice: Slice | null) => TraceArgs | null): Step {
	return stepOf(() => {
		const pairing = new Pairing()
		return {
			take(items) {
				const { slices } = pairing.take(items)
				return items.map((item, i) => ('args' in item ? enriched(item, add(item, slices[i]!)) : item))
			},
		}
	})
}

function enriched<T extends { readonly args: TraceArgs }>(event: T, more: TraceArgs | null): T {
	return more === null ? event : { ...event, args: Object.assign(Object.create(null) as object, more, event.args) }
}
