// The span of OpenTelemetry that is active where a slice begins, as W3C's trace context names it.
//
// Nothing of OpenTelemetry is imported: the program may have its API anywhere, or several copies of it. They find each other by this
// global, which is what keeps versions 1.x of the API compatible with each other, and so it is found by us.
const API: unique symbol = Symbol.for('opentelemetry.js.api.1') as never
const SPAN: symbol = Symbol.for('OpenTelemetry Context Key SPAN')

interface Api {
	readonly context?: { active(): { getValue(key: symbol): unknown } }
}

interface ActiveSpan {
	spanContext(): { readonly traceId: unknown; readonly spanId: unknown; readonly traceFlags: unknown }
}

/** The names of a span. */
export interface SpanIds {
	/** 32 hexadecimal digits, and 16. */
	readonly traceId: string
	readonly spanId: string
	/** Whether it is kept: of those that are not, a collector never hears. */
	readonly sampled: boolean
}

const SAMPLED = 1

/** Tells which span is active. Where the API is absent, that costs the reading of a field. */
export class TraceContext {
	/** The API, once somebody has registered it. */
	api: Api | undefined
	/** As {@link TraceContext.find} has found it. */
	ids: SpanIds | undefined
	#asking = false

	/** Look whether the API has come. */
	look(): void {
		this.api ??= (globalThis as { [API]?: Api })[API]
	}

	/** @returns whether a span is active: {@link TraceContext.ids} has it then */
	find(): boolean {
		this.ids = undefined
		// A traced OpenTelemetry would ask itself for ever.
		if (this.#asking) return false
		this.#asking = true
		try {
			const span = this.api?.context?.active().getValue(SPAN) as ActiveSpan | undefined
			if (span === undefined) return false
			const { traceId, spanId, traceFlags } = span.spanContext()
			if (isId(traceId, 32) && isId(spanId, 16)) this.ids = { traceId, spanId, sampled: (Number(traceFlags) & SAMPLED) !== 0 }
		} catch {
			// What is registered there is none of ours. The slice is recorded without it.
		} finally {
			this.#asking = false
		}
		return this.ids !== undefined
	}
}

function isId(id: unknown, length: number): id is string {
	return typeof id === 'string' && id.length === length && /^[\da-f]+$/.test(id) && !/^0+$/.test(id)
}
