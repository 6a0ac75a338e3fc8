import type { Conversion } from '../../conversion.js'
import { slicesOf } from '../../slices.js'
import type { Sent } from './sender.js'
import type { SpanExport } from './spanexport.js'

/** Thrown where a receiver did not take everything. */
export class ExportError extends Error {
	override readonly name = 'ExportError'
	readonly stats: Sent

	constructor(stats: Sent, cause: Error | null) {
		super(`the receiver did not take everything: ${stats.sent} sent, ${stats.failed} failed${cause === null ? '' : `: ${cause.message}`}`, {
			cause,
		})
		this.stats = stats
	}
}

/** What conversions that send take. */
export interface SendingOptions {
	/** Called with how much was sent. */
	readonly note?: (text: string) => void
	/** Called at once when the receiver cannot be reached or is too busy: it is asked again meanwhile. */
	readonly warn?: (text: string) => void
}

/** Reports trouble with a receiver as a line of text. */
export function warning({ warn }: SendingOptions): (error: Error, url: string) => void {
	return (error, url) => warn?.(`${url}: ${error.message}; trying again`)
}

/**
 * A conversion that sends. It makes nothing.
 *
 * @throws ExportError if anything was not taken
 */
export function sending(connect: () => SpanExport, { note }: SendingOptions): Conversion {
	return async function* (trace) {
		const connection = connect()
		const check = (): void => {
			const { stats, error } = connection
			if (stats.failed + stats.dropped > 0) throw new ExportError(stats, error)
		}
		for await (const items of slicesOf(trace).batches()) {
			connection.take(items, trace.wallStart)
			if (!connection.isFull) continue
			await connection.flush()
			// Going on would only lose more.
			check()
		}
		await connection.close()
		check()
		note?.(`${connection.stats.sent} spans, events and log records sent`)
		yield ''
	}
}
