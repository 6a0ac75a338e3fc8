import type { SpanAttributes } from '@opentelemetry/api'
import type * as LogsPackage from '@opentelemetry/exporter-logs-otlp-proto'
import type * as TracesPackage from '@opentelemetry/exporter-trace-otlp-proto'
import type * as ResourcesPackage from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { TraceItem } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import { load } from './optional.js'
import type { OtlpOptions } from './otlp.js'
import { Sender, type Sent } from './sender.js'
import { Spans } from './spans.js'

/** How many spans or log records go at once. */
const batch = 1000

/** As OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say, and what the trace knows. */
export function resources(): (attributes: SpanAttributes) => ReadableSpan['resource'] {
	const { defaultResource, detectResources, envDetector, resourceFromAttributes } = load(
		'OpenTelemetry',
		['@opentelemetry/resources'],
		require => require('@opentelemetry/resources') as typeof ResourcesPackage,
	)
	const environment = detectResources({ detectors: [envDetector] })
	return attributes => {
		const name = attributes['process.executable.name']
		const own = resourceFromAttributes({ ...attributes, ...(typeof name === 'string' && { 'service.name': name }) })
		return defaultResource().merge(own).merge(environment)
	}
}

/** Spans and log records on their way to a collector. */
export class OtlpExport {
	readonly #spans: Spans
	readonly #traces: Sender<ReadableSpan>
	readonly #logs: Sender<ReadableLogRecord> | null

	constructor(spans: Spans, traces: Sender<ReadableSpan>, logs: Sender<ReadableLogRecord> | null) {
		this.#spans = spans
		this.#traces = traces
		this.#logs = logs
	}

	/** Of spans and log records together. */
	get stats(): Sent {
		const [a, b] = [this.#traces.stats, this.#logs?.stats ?? { sent: 0, failed: 0, dropped: 0 }]
		return { sent: a.sent + b.sent, failed: a.failed + b.failed, dropped: a.dropped + b.dropped }
	}

	get error(): Error | null {
		return this.#traces.error ?? this.#logs?.error ?? null
	}

	get full(): boolean {
		return this.#traces.full || this.#logs?.full === true
	}

	take(item: TraceItem, reader: TraceReader | { readonly wallStart: bigint | null }): void {
		this.#spans.take(item, reader)
		if (this.#spans.spans.length + this.#spans.logs.length >= 100) this.#pass()
	}

	/** Send what is there. */
	async flush(): Promise<void> {
		this.#pass()
		await Promise.all([this.#traces.flush(), this.#logs?.flush()])
	}

	/** Count what could not be sent any more as dropped. */
	abandon(): void {
		this.#spans.end()
		this.#pass()
		this.#traces.abandon()
		this.#logs?.abandon()
	}

	/** @param within see {@link Sender.close} */
	async close(within?: number): Promise<void> {
		this.#spans.end()
		this.#pass()
		await Promise.all([this.#traces.close(within), this.#logs?.close(within)])
	}

	#pass(): void {
		const { spans, logs } = this.#spans
		this.#spans.spans = []
		this.#spans.logs = []
		if (spans.length > 0) this.#traces.add(spans)
		if (logs.length > 0) this.#logs?.add(logs)
	}
}

/** How many spans or log records may wait for a slow collector. */
const mostWaiting = 20_000

export function spanAndEvents(span: ReadableSpan): number {
	return 1 + span.events.length
}

/** Connect to a collector. Nothing is sent before there is something. */
export function otlpExport(options: OtlpOptions = {}, most: number = mostWaiting): OtlpExport {
	const events = options.events ?? 'spans'
	const [tracesName, logsName, resourcesName] = [
		'@opentelemetry/exporter-trace-otlp-proto',
		'@opentelemetry/exporter-logs-otlp-proto',
		'@opentelemetry/resources',
	]
	const names = events === 'logs' ? [tracesName, logsName, resourcesName] : [tracesName, resourcesName]
	const [traces, logs, resource] = load('Sending OTLP', names, require => {
		const { OTLPTraceExporter } = require(tracesName) as typeof TracesPackage
		const { OTLPLogExporter } = events === 'logs' ? (require(logsName) as typeof LogsPackage) : { OTLPLogExporter: null }
		return [
			new OTLPTraceExporter(config(options, 'v1/traces')),
			OTLPLogExporter === null ? null : new OTLPLogExporter(config(options, 'v1/logs')),
			resources(),
		]
	})
	return new OtlpExport(
		new Spans({ events, resource }),
		new Sender<ReadableSpan>(traces, spanAndEvents, batch, most),
		logs === null ? null : new Sender<ReadableLogRecord>(logs, () => 1, batch, most),
	)
}

/** The exporters take the environment for what is not given. */
function config({ url, headers }: OtlpOptions, path: string): { url?: string; headers?: Record<string, string> } {
	return {
		...(url !== undefined && {
			url: new RegExp(`/${path}/?$`).test(url) ? url : `${url.replace(/(\/v1\/(traces|logs))?\/?$/, '')}/${path}`,
		}),
		...(headers !== undefined && { headers: { ...headers } }),
	}
}
