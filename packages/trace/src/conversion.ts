import { TraceReadError } from './read/error.js'
import type { TraceReader } from './read/reader.js'
import { mustBeTrace, type TraceBatches } from './slices.js'

/** Converts a trace to another format and yields text or bytes in chunks, as fast as the consumer takes them. */
export type Conversion = (trace: TraceBatches) => AsyncIterable<string | Uint8Array>

/** Options of all conversions. */
export interface ConversionOptions {
	/** Called with what the other format cannot express, or what was omitted: one line each. */
	readonly note?: (text: string) => void
}

/** What to convert. */
export interface ConvertOptions {
	/** Selects events by id; the conversion ignores all others. Default: all events. */
	readonly wanted?: (id: string) => boolean
	/** Called after each batch of the trace, to show progress. */
	readonly onBatch?: () => void
}

/** How much text is collected before it is yielded. */
const enough = 64 * 1024

/**
 * Convert a whole trace.
 *
 * @throws like reading, after everything that could be read was converted: for a truncated trace, the result is a
 * complete file of the format; for input that is not a trace, there is no result. TypeError for other arguments
 * @example
 * import { createWriteStream } from 'node:fs'
 * import { pipeline } from 'node:stream/promises'
 * import { chrome, convert } from '@tsgotrace/trace/export'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const [, , from, to] = process.argv
 * if (from !== undefined && to !== undefined) await pipeline(convert(readTrace(from), chrome()), createWriteStream(to))
 */
export async function* convert(
	reader: TraceBatches & Partial<Pick<TraceReader, 'progress'>>,
	conversion: Conversion,
	{ wanted, onBatch }: ConvertOptions = {},
): AsyncGenerator<string | Uint8Array, void, undefined> {
	mustBeTrace(reader)
	if (typeof conversion !== 'function') throw new TypeError('convert: a conversion is expected, such as chrome()')
	let failure: { readonly error: unknown } | null = null
	const trace: TraceBatches = {
		get wallStart() {
			return reader.wallStart
		},
		async *batches() {
			try {
				for await (const items of reader.batches()) {
					yield wanted === undefined ? items : items.filter(item => !('track' in item) || wanted(item.id))
					onBatch?.()
				}
			} catch (error) {
				if (isForeign(error, reader)) throw error
				failure = { error }
			}
		},
	}
	let text = ''
	for await (const chunk of conversion(trace)) {
		if (typeof chunk !== 'string') {
			if (text !== '') yield text
			text = ''
			yield chunk
			continue
		}
		text += chunk
		if (text.length < enough) continue
		yield text
		text = ''
	}
	if (text !== '') yield text
	const failed = failure as { readonly error: unknown } | null
	if (failed !== null) throw failed.error
}

function isForeign(error: unknown, { progress }: Partial<Pick<TraceReader, 'progress'>>): boolean {
	return (
		progress !== undefined &&
		error instanceof TraceReadError &&
		error.problem !== 'truncated' &&
		progress.packets <= progress.damaged
	)
}
