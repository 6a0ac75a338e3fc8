import type { TraceItem, TraceTrack } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import type { TraceBatches } from '../slices.js'

/**
 * An item that happened: an event, a value of a counter, a sample. The others are records of a recorder about itself.
 */
export type TraceEvent = Extract<TraceItem, { readonly track: TraceTrack }>

/**
 * A trace to be read once, in batches: a reader, or what steps make of one. With what a reader reports of its input, if
 * it is one.
 */
export type Source = TraceBatches & Partial<Pick<TraceReader, 'problems' | 'progress' | 'alignedByDate'>>

/** A part of a pipeline: makes another trace of a trace, batch by batch. */
export type Step = (trace: TraceBatches) => TraceBatches

/**
 * A trace through steps, one after the other. Nothing is read until the result is.
 *
 * @example
 * import { chrome, convert } from '@tsgotrace/trace/export'
 * import { filter, through, transform } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const trace = through(
 * 		readTrace(path),
 * 		filter(event => event.category !== 'shop/cache'),
 * 		transform(event => ('args' in event && 'email' in event.args ? { ...event, args: { ...event.args, email: '…' } } : event)),
 * 	)
 * 	for await (const chunk of convert(trace, chrome())) process.stdout.write(chunk)
 * }
 */
export function through(trace: Source, ...steps: readonly Step[]): Required<Source> & AsyncIterable<TraceItem> {
	const last = steps.reduce<TraceBatches>((before, step) => step(before), trace)
	// What the reader reports is known while it is read.
	return {
		get wallStart() {
			return last.wallStart
		},
		get problems() {
			return trace.problems ?? []
		},
		get alignedByDate() {
			return trace.alignedByDate ?? false
		},
		get progress() {
			return trace.progress ?? { bytes: 0, size: null, packets: 0, damaged: 0, skipped: 0 }
		},
		batches: () => last.batches(),
		async *[Symbol.asyncIterator]() {
			for await (const items of last.batches()) yield* items
		},
	}
}

/**
 * A step that changes batches.
 *
 * @param make called for each trace, as a step may be used for several
 */
export function stepOf(
	make: () => { readonly take: (items: readonly TraceItem[]) => readonly TraceItem[]; readonly end?: () => void },
): Step {
	return trace => ({
		get wallStart() {
			return trace.wallStart
		},
		async *batches() {
			const { take, end } = make()
			try {
				for await (const items of trace.batches()) {
					const made = take(items)
					if (made.length > 0) yield made
				}
			} finally {
				end?.()
			}
		},
	})
}
