// What a trace comes to, in Node and in a browser alike.
import { CutString, type TraceReader, type TraceValue } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'

/** Sums over all items. */
export async function sumsOf(trace: TraceReader): Promise<Record<string, number>> {
	const sums: Record<string, number> = {}
	const add = (name: string, n: number): unknown => (sums[name] = (sums[name] ?? 0) + n)
	const value = (of: TraceValue): void => {
		if (typeof of === 'number') add('numbers', of)
		else if (typeof of === 'string') {
			// Position and code of each character: other texts of the same length differ.
			for (let i = 0; i < of.length; i++) add('texts', (i + 1) * of.charCodeAt(i))
		} else if (typeof of === 'bigint') add('bigints', Number(of % 1_000_003n))
		else if (of instanceof CutString) add('cut', of.missing)
		else if (of !== null && typeof of === 'object')
			for (const inner of Object.values(of as object)) value(inner as TraceValue)
	}
	for await (const { items, slices } of slicesOf(trace).batches()) {
		for (const [i, item] of items.entries()) {
			add(item.type, 1)
			add('time', item.time ?? 0)
			if (!('track' in item)) continue
			add('bytes', item.bytes)
			value(item.id)
			if (item.type === 'counter') value(item.value)
			else for (const name in item.args) value(item.args[name])
			if (item.type === 'end' && slices[i]! !== null) add('durations', slices[i]!.end - slices[i]!.start)
		}
	}
	sums['packets'] = trace.progress.packets
	return sums
}
