import type * as Transformer from '@opentelemetry/otlp-transformer'
import type { Conversion } from './conversion.js'
import { load } from './optional.js'
import { otlpExport, resources } from './otlpexport.js'
import { sending } from './sending.js'
import { Spans } from './spans.js'

/** How a trace becomes OTLP. */
export interface OtlpOptions {
	/**
	 * Events that are no slices: `spans` makes them events of the span that they are in, which every receiver of traces takes; `logs` makes them log
	 * records that belong to it.
	 */
	readonly events?: 'spans' | 'logs'
	/** The collector, such as `http://localhost:4318`. Without it, as OTEL_EXPORTER_OTLP_ENDPOINT and its like say. */
	readonly url?: string
	readonly headers?: Readonly<Record<string, string>>
}

/** How many spans and log records make a line. */
const batch = 1000

/** Lines of OTLP/JSON, each a request with spans or with log records, as the collector's file exporter writes them. */
export function otlpLines(options: OtlpOptions = {}): Conversion {
	const { JsonTraceSerializer, JsonLogsSerializer } = load(
		'OTLP',
		['@opentelemetry/otlp-transformer', '@opentelemetry/resources'],
		require => require('@opentelemetry/otlp-transformer') as typeof Transformer,
	)
	const spans = new Spans({ events: options.events ?? 'spans', resource: resources() })
	const text = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : `${Buffer.from(bytes).toString()}\n`)
	const taken = (): string => {
		const [s, l] = [spans.spans, spans.logs]
		spans.spans = []
		spans.logs = []
		return (
			(s.length > 0 ? text(JsonTraceSerializer.serializeRequest(s)) : '') +
			(l.length > 0 ? text(JsonLogsSerializer.serializeRequest(l)) : '')
		)
	}
	return {
		notes: [],
		take(item, reader) {
			spans.take(item, reader)
			return spans.spans.length + spans.logs.length < batch ? '' : taken()
		},
		end() {
			spans.end()
			return [taken()]
		},
	}
}

/** A conversion that sends. It writes nothing, and fails at its end if anything was not taken. */
export function otlpSend(options: OtlpOptions = {}): Conversion {
	return sending(otlpExport(options))
}
