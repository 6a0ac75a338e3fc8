// Slices whose begin or end has another name than the declaration of their event: from an argument, or because they had ended when they were reported.
import { sliceMark } from '../format/metadata.js'
import { args as emptyArgs } from './args.js'
import type { TraceSignal } from './items.js'
import type { EventName, Sequence } from './sequence.js'
import type { TraceValue } from './values.js'

/** The begin of a slice that says which event began it: it has its name from an argument, or had ended when it was written. */
export function begun(
	{ category, name }: EventName,
	args: Record<string, TraceValue>,
	sequence: Sequence,
	rest: Pick<TraceSignal, 'time' | 'track' | 'bytes' | 'began' | 'within'> & { readonly flows: readonly bigint[] | null },
): TraceSignal {
	const own = args[sliceMark.event] as string
	const mark = args[sliceMark.done]
	const done = mark === true || typeof mark === 'bigint'
	delete args[sliceMark.event]
	delete args[sliceMark.done]
	// The argument `ms`, the first one of such an event, in nanoseconds.
	const all = typeof mark === 'bigint' ? Object.assign(emptyArgs(), { ms: Number(mark) / 1e6 }, args) : args
	const id = category === '' ? own : `${category}:${own}`
	const { flows, ...others } = rest
	const item: TraceSignal = {
		...others,
		type: 'begin',
		id,
		category,
		name,
		args: all,
		continues: false,
		...(done && { began: rest.time }),
		...(flows !== null && { flows }),
		pair: sequence.slices.get(id) ?? name,
	}
	if (done) sequence.done = item
	return item
}

/** The end of a slice that has its name from an argument of the begin: it says which event ended it, and has no name. */
export function ended(
	{ category }: EventName,
	args: Record<string, TraceValue>,
	sequence: Sequence,
	rest: Pick<TraceSignal, 'time' | 'track' | 'bytes' | 'continues'> & { readonly flows: readonly bigint[] | null },
): TraceSignal {
	const own = args[sliceMark.event] as string
	delete args[sliceMark.event]
	const id = category === '' ? own : `${category}:${own}`
	const { flows, ...others } = rest
	const name = sequence.slices.get(id) ?? ''
	return { ...others, type: 'end', id, category, name, args, began: null, within: null, ...(flows !== null && { flows }) }
}
