import { Buffer } from 'node:buffer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Conversion } from '../conversion.js'
import { slicesOf } from '../slices.js'
import { resourceOf } from './send/environment.js'
import { type OtlpOptions, otlpExport, serializers } from './send/otlpexport.js'
import { type SendingOptions, sending, warning } from './send/sending.js'
import { Spans } from './send/spans.js'

/** How many spans or log records a line contains. */
const batch = 1000

/**
 * Lines of OTLP/JSON, each a request with spans or with log records, as the collector's file exporter writes them.
 *
 * @throws MissingPackageError if OpenTelemetry's package that writes OTLP is not installed
 */
export function otlpLines({ events = 'spans' }: Pick<OtlpOptions, 'events'> = {}): Conversion {
	const { JsonTraceSerializer, JsonLogsSerializer } = serializers()
	const text = (bytes: Uint8Array | undefined): string =>
		bytes === undefined ? '' : `${Buffer.from(bytes).toString()}\n`
	const ofSpans = (spans: ReadableSpan[]): string => text(JsonTraceSerializer.serializeRequest(spans))
	const ofLogs = (logs: ReadableLogRecord[]): string => text(JsonLogsSerializer.serializeRequest(logs))
	return async function* (trace) {
		const spans = new Spans({ events, resource: resourceOf })
		for await (const items of slicesOf(trace).batches()) {
			spans.take(items, trace.wallStart)
			if (spans.spans.length >= batch) yield* lines(spans.spans.splice(0), ofSpans)
			if (spans.logs.length >= batch) yield* lines(spans.logs.splice(0), ofLogs)
		}
		spans.end()
		yield* lines(spans.spans, ofSpans)
		yield* lines(spans.logs, ofLogs)
	}
}

function* lines<T>(items: readonly T[], text: (items: T[]) => string): Generator<string, void, undefined> {
	for (let i = 0; i < items.length; i += batch) yield text(items.slice(i, i + batch))
}

/**
 * A conversion that sends. It produces no output, and fails at its end if anything was not accepted.
 *
 * @throws MissingPackageError if OpenTelemetry's package that writes OTLP is not installed
 */
export function otlpSend(options: OtlpOptions & SendingOptions = {}): Conversion {
	serializers()
	return sending(() => otlpExport(options, warning(options)), options)
}
