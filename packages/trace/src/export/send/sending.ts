import type { Conversion } from '../../conversion.js'
import { slicesOf } from '../../slices.js'
import type { Sent } from './sender.js'
import type { SpanExport } from './spanexport.js'

/** Thrown if a receiver did not accept everything. */
export class ExportError extends Error {
	override readonly name = 'ExportError'
	readonly stats: Sent

	constructor(stats: Sent, cause: Error | null) {
		super(
			`the receiver did not accept everything: ${stats.sent} sent, ${stats.failed} failed${cause === null ? '' : `: ${cause.message}`}`,
			{
				cause,
			},
		)
		this.stats = stats
	}
}

/** Options of conversions that send. */
export interface SendingOptions {
	/** Called with how much was sent. */
	readonly note?: (text: string) => void
	/** Called at once when the receiver is unreachable or overloaded, while the request is retried. */
	readonly warn?: (text: string) => void
}

/** Reports a problem with a receiver as a line of text. */
export function warning({ warn }: SendingOptions): (error: Error, url: string) => void {
	return (error, url) => warn?.(`${url}: ${error.message}; retrying`)
}

/**
 * A conversion that sends. It produces no output.
 *
 * @throws ExportError if anything was not accepted
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
			// Continuing would only lose more.
			check()
		}
		await connection.close()
		check()
		note?.(`${connection.stats.sent} spans, events and log records sent`)
		yield ''
	}
}
