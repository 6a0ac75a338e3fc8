// Slices whose begin or end has another name than the declaration of their event: from an argument, or because they had
// ended when they were reported.
import { sliceMark } from '../format/metadata.js'
import { args as emptyArgs } from './args.js'
import type { TraceItem, TraceSignal } from './items.js'
import { type DoneSlice, declarationKey, type EventName, type Sequence } from './sequence.js'
import type { TraceValue } from './values.js'

/**
 * The begin of a slice that says which event began it, because it has its name from an argument, or that had ended when
 * it was written.
 */
export function begun(
	{ category, name }: EventName,
	args: Record<string, TraceValue>,
	sequence: Sequence,
	rest: Pick<TraceSignal, 'time' | 'track' | 'bytes' | 'began' | 'within'> & {
		readonly flows: readonly bigint[] | null
	},
): TraceSignal {
	const own = args[sliceMark.event]
	const mark = args[sliceMark.done]
	const done = mark === true || typeof mark === 'bigint'
	delete args[sliceMark.event]
	delete args[sliceMark.done]
	// The argument `ms`, the first one of such an event, in nanoseconds. 0: it is known at the end.
	const all = typeof mark === 'bigint' ? Object.assign(emptyArgs(), { ms: Number(mark) / 1e6 }, args) : args
	const id = idOf(own, category, name, sequence)
	const { flows, time, track, bytes, began, within } = rest
	const item: TraceSignal = {
		time,
		track,
		bytes,
		began,
		within,
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
	if (done) sequence.done = { item, isHeld: mark === 0n, args: all }
	return item
}

function idOf(own: TraceValue | undefined, category: string, name: string, sequence: Sequence): string {
	if (typeof own === 'string') return category === '' ? own : `${category}:${own}`
	return (
		sequence.declared.get(declarationKey('slice', category, name)) ?? (category === '' ? name : `${category}:${name}`)
	)
}

/**
 * Append the begin of a slice that had ended when it was written, if it is not among the items because its duration was
 * not known.
 */
export function release(sequence: Sequence, items: TraceItem[]): void {
	const { done } = sequence
	if (done === null) return
	sequence.done = null
	if (!done.isHeld) return
	delete done.args['ms']
	items.push(done.item)
}

/** Append the end of a slice that had ended when it was written, and its begin, if it is not among the items yet. */
export function endOfDone({ item, isHeld, args }: DoneSlice, time: number, bytes: number, items: TraceItem[]): void {
	if (isHeld) {
		args['ms'] = (time - item.time) / 1e6
		items.push(item)
	}
	items.push({ ...item, type: 'end', time, bytes, name: item.pair ?? item.name, began: null, within: null })
}

/**
 * The end of a slice that has its name from an argument of the begin: it says which event ended it, and has no name.
 */
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
	return {
		...others,
		type: 'end',
		id,
		category,
		name,
		args,
		began: null,
		within: null,
		...(flows !== null && { flows }),
	}
}
