import type { Conversion } from './conversion.js'
import type { OtlpExport } from './otlpexport.js'
import type { Sent } from './sender.js'

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

/** The conversion of anything that sends spans. */
export function sending(connection: OtlpExport): Conversion {
	const notes: string[] = []
	return {
		notes,
		get full() {
			return connection.full
		},
		settle: async () => {
			await connection.flush()
			// Going on would only lose more.
			if (connection.stats.failed > 0) throw new ExportError(connection.stats, connection.error)
		},
		take: (item, reader) => {
			connection.take(item, reader)
			return ''
		},
		async *end() {
			await connection.close()
			const { stats } = connection
			if (stats.failed + stats.dropped > 0) throw new ExportError(stats, connection.error)
			notes.push(`${stats.sent} spans, events and log records sent`)
			yield ''
		},
	}
}
