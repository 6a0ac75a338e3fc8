import { perfSample as field } from '../format/schema.js'
import type { TraceFrame, TraceItem } from './items.js'
import type { Wire } from './wire.js'

/**
 * Where the event of a `perf_sample` begins whose tag has been read, 0 if it has none, as those of other tools; and the
 * number of its stack.
 */
export function perfSample(wire: Wire): { readonly event: number; readonly stack: number } {
	const end = wire.limit()
	let event = 0
	let stack = 0
	while (wire.pos < end) {
		const tag = wire.number()
		if (tag === field.callstackIid) stack = wire.number()
		else {
			if (tag === field.event) event = wire.pos
			wire.skip(tag)
		}
	}
	wire.finish(end)
	return { event, stack }
}

/** What the event of a sample says, with its stack. */
export function asSample(items: TraceItem[], index: number, stack: readonly TraceFrame[]): void {
	const item = items.at(-1)
	if (items.length === index || item?.type !== 'instant') return
	const { time, track, id, category, name, bytes, args } = item
	items[items.length - 1] = { type: 'sample', time, track, id, category, name, bytes, stack, args }
}
