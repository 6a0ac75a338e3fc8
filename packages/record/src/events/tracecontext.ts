// The span of OpenTelemetry that is active where a slice begins, as W3C's trace context names it.
//
// Nothing of OpenTelemetry is imported: the program may have its API anywhere, or several copies of it. These find each
// other by this global, which keeps versions 1.x of the API compatible with each other. We find the API by it too.
const apiKey: unique symbol = Symbol.for('opentelemetry.js.api.1') as never
const spanKey: symbol = Symbol.for('OpenTelemetry Context Key SPAN')

interface Api {
	readonly context?: { active(): { getValue(key: symbol): unknown } }
}

interface ActiveSpan {
	spanContext(): { readonly traceId: unknown; readonly spanId: unknown; readonly traceFlags: unknown }
}

/** The ids of a span. */
export interface SpanIds {
	/** `traceId`: 32 hexadecimal digits; `spanId`: 16. */
	readonly traceId: string
	readonly spanId: string
	/** Whether the span is sampled: others never reach a collector. */
	readonly sampled: boolean
}

const sampledFlag = 1

/** Finds the active span. Where the API is absent, that costs one read of a field. */
export class TraceContext {
	/** The API, once it has been registered. */
	api: Api | undefined
	/** As {@link TraceContext.find} has found it. */
	ids: SpanIds | undefined
	#asking = false

	/** Check whether the API has been registered. */
	look(): void {
		this.api ??= (globalThis as { [apiKey]?: Api })[apiKey]
	}

	/** @returns whether a span is active: {@link TraceContext.ids} has it then */
	find(): boolean {
		this.ids = undefined
		// If OpenTelemetry itself is traced, this would recurse endlessly.
		if (this.#asking) return false
		this.#asking = true
		try {
			const span = this.api?.context?.active().getValue(spanKey) as ActiveSpan | undefined
			if (span === undefined) return false
			const { traceId, spanId, traceFlags } = span.spanContext()
			if (isId(traceId, 32) && isId(spanId, 16))
				this.ids = { traceId, spanId, sampled: (Number(traceFlags) & sampledFlag) !== 0 }
		} catch {
			// The registered API is foreign code and may throw. The slice is then recorded without a span.
		} finally {
			this.#asking = false
		}
		return this.ids !== undefined
	}
}

function isId(id: unknown, length: number): id is string {
	return typeof id === 'string' && id.length === length && /^[\da-f]+$/.test(id) && !/^0+$/.test(id)
}
