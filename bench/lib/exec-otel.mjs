// What else people follow requests with: the SDK of OpenTelemetry and its instrumentation of http. Load it before what
// loads node:http.
import { createRequire } from 'node:module'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

// That of the export's tests.
const { ProtobufTraceSerializer } = createRequire(new URL('../../packages/trace/package.json', import.meta.url))(
	'@opentelemetry/otlp-transformer',
)

/** Encodes spans as they are sent, and sends nothing. */
const exporter = {
	export(spans, done) {
		ProtobufTraceSerializer.serializeRequest(spans)
		done({ code: 0 })
	},
	forceFlush: async () => {},
	shutdown: async () => {},
}
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1e6 })] })
const tracer = provider.getTracer('bench')
trace.setGlobalTracerProvider(provider)
const contexts = new AsyncLocalStorageContextManager()
context.setGlobalContextManager(contexts)
const instrumentation = new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true })
instrumentation.disable()

/** @returns a function that stops it */
export function openTelemetry() {
	contexts.enable()
	instrumentation.enable()
	return async () => {
		instrumentation.disable()
		await provider.forceFlush()
		contexts.disable()
	}
}

/** A span around `fn`, as `region` is a region around it. */
export const span = (name, fn) =>
	tracer.startActiveSpan(name, async own => {
		try {
			return await fn()
		} finally {
			own.end()
		}
	})
