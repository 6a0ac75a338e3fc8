import type * as Transformer from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { otlpReceiver } from './environment.js'
import { load } from './optional.js'
import { Post } from './post.js'
import type { Rejected, Transport } from './sender.js'
import { type SpanExport, spanAndEvents, spanExport } from './spanexport.js'

/** Options of the conversion to OTLP. */
export interface OtlpOptions {
	/**
	 * Events that are not slices: `spans` makes them events of the span that contains them, which every receiver of
	 * traces accepts; `logs` makes them log records that refer to it.
	 */
	readonly events?: 'spans' | 'logs'
	/** The collector, such as `http://localhost:4318`. Default: OTEL_EXPORTER_OTLP_ENDPOINT and related variables. */
	readonly url?: string
	readonly headers?: Readonly<Record<string, string>>
}

/** For spans or for log records. */
interface Serializer<T> {
	serializeRequest(items: T[]): Uint8Array | undefined
	deserializeResponse(bytes: Uint8Array): { readonly partialSuccess?: PartialSuccess | null } | null | undefined
}

/** The answer of a receiver that accepted only a part. Counts may need 64 bits. */
interface PartialSuccess {
	readonly rejectedSpans?: unknown
	readonly rejectedLogRecords?: unknown
	readonly errorMessage?: unknown
}

/** @throws MissingPackageError if OpenTelemetry's package that writes OTLP is not installed */
export function serializers(): typeof Transformer {
	return load(
		'OTLP',
		['@opentelemetry/otlp-transformer'],
		require => require('@opentelemetry/otlp-transformer') as typeof Transformer,
	)
}

class OtlpTransport<T> implements Transport<T> {
	readonly #serializer: Serializer<T>
	readonly #post: Post

	constructor(serializer: Serializer<T>, post: Post) {
		this.#serializer = serializer
		this.#post = post
	}

	async send(items: readonly T[], retrying: Parameters<Transport<T>['send']>[1]): Promise<Rejected | null> {
		const bytes = this.#serializer.serializeRequest([...items])
		if (bytes === undefined) throw new Error('nothing to send')
		return this.#rejected(await this.#post.send(bytes, 'application/x-protobuf', retrying))
	}

	close(): void {
		this.#post.close()
	}

	/** Whatever the answer contains, the receiver has accepted the request. */
	#rejected(answer: Uint8Array): Rejected | null {
		let partial: PartialSuccess
		try {
			partial = (answer.length === 0 ? null : this.#serializer.deserializeResponse(answer)?.partialSuccess) ?? {}
		} catch {
			return null
		}
		const { rejectedSpans, rejectedLogRecords, errorMessage } = partial
		const count = Number(rejectedSpans ?? rejectedLogRecords ?? 0)
		const why = typeof errorMessage === 'string' ? errorMessage : ''
		return count > 0 ? { count, error: new Error(`the receiver rejected a part: ${why}`) } : null
	}
}

/** Connect to a collector. Nothing is sent until there is data. */
export function otlpExport(
	{ events = 'spans', url, headers }: OtlpOptions,
	onTrouble: (error: Error, url: string) => void,
	more: { readonly max?: number; readonly background?: boolean } = {},
): SpanExport {
	const { ProtobufTraceSerializer, ProtobufLogsSerializer } = serializers()
	const transport = <T>(signal: 'traces' | 'logs', serializer: Serializer<T>, weigh: (item: T) => number) => {
		const receiver = otlpReceiver(signal, url, headers)
		const onThis = (error: Error): void => onTrouble(error, receiver.url)
		return { transport: new OtlpTransport(serializer, new Post(receiver)), weigh, onTrouble: onThis }
	}
	return spanExport({
		events,
		traces: transport<ReadableSpan>('traces', ProtobufTraceSerializer, spanAndEvents),
		logs: events === 'logs' ? transport<ReadableLogRecord>('logs', ProtobufLogsSerializer, () => 1) : null,
		...more,
	})
}
