import { Buffer } from 'node:buffer'
import type { HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Conversion } from '../conversion.js'
import { slicesOf } from '../slices.js'
import { resourceOf, zipkinReceiver } from './send/environment.js'
import { Post } from './send/post.js'
import { type SendingOptions, sending, warning } from './send/sending.js'
import { spanAndEvents, spanExport } from './send/spanexport.js'
import { Spans } from './send/spans.js'

/** Zipkin's times are microseconds. */
const step = 1000

/** Zipkin's JSON: an array of spans. */
export function zipkinJson(): Conversion {
	return async function* (trace) {
		const spans = new Spans({ events: 'spans', step, resource: resourceOf })
		let separator = '[\n'
		const taken = (): string => {
			let text = ''
			for (const span of spans.spans) {
				text += separator + JSON.stringify(zipkinSpan(span))
				separator = ',\n'
			}
			spans.spans = []
			return text
		}
		for await (const items of slicesOf(trace).batches()) {
			spans.take(items, trace.wallStart)
			yield taken()
		}
		spans.end()
		yield taken()
		yield separator === '[\n' ? '[\n]\n' : '\n]\n'
	}
}

/** Send a trace to Zipkin; without a URL, to OTEL_EXPORTER_ZIPKIN_ENDPOINT. */
export function zipkinSend(url?: string, options: SendingOptions = {}): Conversion {
	const connect = (): ReturnType<typeof spanExport> => {
		const receiver = zipkinReceiver(url)
		const post = new Post(receiver)
		const onTrouble = (error: Error): void => warning(options)(error, receiver.url)
		const transport = {
			send: async (spans: readonly ReadableSpan[], retrying: Parameters<Post['send']>[2]) => {
				await post.send(Buffer.from(JSON.stringify(spans.map(zipkinSpan))), 'application/json', retrying)
				return null
			},
			close: () => post.close(),
		}
		return spanExport({ events: 'spans', step, traces: { transport, weigh: spanAndEvents, onTrouble }, logs: null })
	}
	return sending(connect, options)
}

/** https://zipkin.io/zipkin-api/ */
function zipkinSpan({
	spanContext,
	parentSpanContext,
	name,
	startTime,
	duration,
	attributes,
	resource,
	events,
}: ReadableSpan): object {
	const { traceId, spanId } = spanContext()
	const tags: Record<string, string> = {}
	for (const [key, value] of Object.entries({ ...attributes, ...resource.attributes })) tags[key] = String(value)
	return {
		traceId,
		id: spanId,
		...(parentSpanContext !== undefined && { parentId: parentSpanContext.spanId }),
		name,
		timestamp: micros(startTime),
		// 0 would mean unknown.
		duration: Math.max(1, micros(duration)),
		localEndpoint: { serviceName: String(resource.attributes['service.name']) },
		...(events.length > 0 && {
			annotations: events.map(event => ({ timestamp: micros(event.time), value: event.name })),
		}),
		tags,
	}
}

function micros([seconds, nanoseconds]: HrTime): number {
	return seconds * 1e6 + Math.round(nanoseconds / 1000)
}
