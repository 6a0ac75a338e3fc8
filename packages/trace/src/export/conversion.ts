import { TraceReadError } from '../read/error.js'
import type { TraceItem } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'

/** Makes another format of a trace, item by item. */
export interface Conversion {
	/** What to write now. Empty if there is nothing yet. */
	take(item: TraceItem, reader: TraceReader): string
	/** The rest, after the last item. */
	end(reader: TraceReader): AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>
	/** Whether {@link Conversion.settle} is to be waited for before the next item. */
	readonly full?: boolean
	/** Bring what has piled up to where it belongs. */
	settle?(): Promise<void>
	/** What could not be said in the other format, or was left out: one line each. */
	readonly notes: readonly string[]
}

/** Takes what a conversion makes, at its own pace. */
export interface Sink {
	write(chunk: string | Uint8Array): Promise<void>
}

/** How much text is put together before it is written. */
const enough = 64 * 1024

/**
 * Convert a whole trace.
 *
 * @param onBatch is told after each batch; false ends the conversion early
 * @throws as reading does, after all that could be read has been written
 */
export async function convert(reader: TraceReader, conversion: Conversion, sink: Sink, onBatch?: () => boolean): Promise<void> {
	let text = ''
	let failure: unknown
	let failed = false
	try {
		for await (const items of reader.batches()) {
			for (const item of items) {
				text += conversion.take(item, reader)
				if (conversion.full) await conversion.settle?.()
				if (text.length < enough) continue
				await sink.write(text)
				text = ''
			}
			if (onBatch?.() === false) return
		}
	} catch (error) {
		failed = true
		failure = error
	}
	// Of what is no trace, nothing is made.
	if (failure instanceof TraceReadError && failure.problem !== 'truncated' && reader.progress.packets <= reader.progress.damaged)
		throw failure
	if (text !== '') await sink.write(text)
	// Also of a trace that is cut: what was read is to be a whole file of its format.
	for await (const chunk of conversion.end(reader)) await sink.write(chunk)
	if (failed) throw failure
}
