/** A W3C trace context. Source: https://www.w3.org/TR/trace-context/ */
export interface TraceParent {
	/** 32 hex digits. */
	readonly traceId: string
	/** 16 hex digits: the span of the sender. */
	readonly spanId: string
	/** Whether the sender records. */
	readonly sampled: boolean
	/** The header: `00-<trace id>-<span id>-<flags>`. */
	readonly text: string
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/

/**
 * A `traceparent` header, or null if it is not a valid one. Versions above 00 may have more fields after the flags,
 * which are ignored, as the standard requires.
 *
 * @example
 * import { parseTraceParent } from '@tsgotrace/exec'
 * console.log(parseTraceParent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')?.sampled)
 */
export function parseTraceParent(text: unknown): TraceParent | null {
	if (typeof text !== 'string') return null
	const match = form.exec(text.trim())
	if (match === null) return null
	const [, version, traceId, spanId, flags, rest] = match as unknown as [
		string,
		string,
		string,
		string,
		string,
		string?,
	]
	if (version === 'ff' || (version === '00' && rest !== undefined) || isZero(traceId) || isZero(spanId)) return null
	return {
		traceId,
		spanId,
		sampled: (Number.parseInt(flags, 16) & 1) === 1,
		text: `${version}-${traceId}-${spanId}-${flags}`,
	}
}

export function newTraceId(): string {
	return randomHex(16)
}

export function newSpanId(): string {
	return randomHex(8)
}

/** Never all zeros, which the standard does not allow. */
function randomHex(bytes: number): string {
	const hex = Buffer.from(process.getBuiltinModule('node:crypto').getRandomValues(new Uint8Array(bytes))).toString(
		'hex',
	)
	return isZero(hex) ? randomHex(bytes) : hex
}

function isZero(hex: string): boolean {
	return /^0*$/.test(hex)
}
