import { TraceReadError } from './read/error.js'
import type { TraceReader } from './read/reader.js'
import type { TraceBatches } from './slices.js'

/** Makes another format of a trace: text or bytes, a piece at a time, at the pace of the consumer. */
export type Conversion = (trace: TraceBatches) => AsyncIterable<string | Uint8Array>

/** What all conversions take. */
export interface ConversionOptions {
	/** Called with what the other format cannot express, or what was left out: one line each. */
	readonly note?: (text: string) => void
}

/** What is converted. */
export interface ConvertOptions {
	/** By id of the event: all others are left out, as if they were not in the trace. Default: all are wanted. */
	readonly wanted?: (id: string) => boolean
	/** Called after each piece of the trace, to show progress. */
	readonly onBatch?: () => void
}

/** How much text is put together before it is handed out. */
const enough = 64 * 1024

/**
 * Convert a whole trace.
 *
 * @throws as reading does, after all that could be read has been converted: of a trace that is cut the result is a whole file of its format, and of what is not a trace there is none
 * @example
 * import { createWriteStream } from 'node:fs'
 * import { pipeline } from 'node:stream/promises'
 * import { chrome, convert } from '@tsgotrace/trace/export'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const [, , from, to] = process.argv
 * if (from !== undefined && to !== undefined) await pipeline(convert(readTrace(from), chrome()), createWriteStream(to))
 */
export async function* convert(
	reader: TraceReader,
	conversion: Conversion,
	{ wanted, onBatch }: ConvertOptions = {},
): AsyncGenerator<string | Uint8Array, void, undefined> {
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

function isForeign(error: unknown, { progress }: TraceReader): boolean {
	return error instanceof TraceReadError && error.problem !== 'truncated' && progress.packets <= progress.damaged
}
