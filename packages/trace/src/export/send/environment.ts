// What OpenTelemetry's specification lets environment variables configure for exporters.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { SpanAttributes } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'

/** Where and how requests are sent. */
export interface CollectorEndpoint {
	readonly url: string
	readonly headers: Readonly<Record<string, string>>
	/** Milliseconds for a request, including all its attempts. */
	readonly timeout: number
	readonly gzip: boolean
	/**
	 * PEM certificates: of the server, if the usual ones do not verify it, and of this client, if the server requires
	 * one.
	 */
	readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

const defaultTimeout = 10_000

/**
 * The target of requests. What is not given comes from the environment: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
 * OTEL_EXPORTER_OTLP_HEADERS and so on.
 */
export function otlpReceiver(
	signal: 'traces' | 'logs',
	url: string | undefined,
	headers: Readonly<Record<string, string>> = {},
): CollectorEndpoint {
	const of = (name: string): string | undefined =>
		variable(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`) ?? variable(`OTEL_EXPORTER_OTLP_${name}`)
	const file = (name: string): string | undefined => {
		const path = of(name)
		return path === undefined ? undefined : readFileSync(path, 'utf8')
	}
	const [ca, cert, key] = [file('CERTIFICATE'), file('CLIENT_CERTIFICATE'), file('CLIENT_KEY')]
	const timeout = Number(of('TIMEOUT'))
	return {
		url: url === undefined ? endpoint(signal) : withPath(url, signal),
		headers: { ...pairs(of('HEADERS') ?? ''), ...headers },
		timeout: timeout > 0 ? timeout : defaultTimeout,
		gzip: of('COMPRESSION') === 'gzip',
		tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
	}
}

export function zipkinReceiver(url: string | undefined): CollectorEndpoint {
	const from = url ?? variable('OTEL_EXPORTER_ZIPKIN_ENDPOINT') ?? 'http://localhost:9411/api/v2/spans'
	const timeout = Number(variable('OTEL_EXPORTER_ZIPKIN_TIMEOUT'))
	return { url: from, headers: {}, timeout: timeout > 0 ? timeout : defaultTimeout, gzip: false, tls: {} }
}

/** The resource: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, and what the trace knows. */
export function resourceOf(attributes: SpanAttributes): ReadableSpan['resource'] {
	const name = attributes['process.executable.name']
	const service = variable('OTEL_SERVICE_NAME')
	const all = {
		'service.name': typeof name === 'string' ? name : 'unknown_service',
		'telemetry.sdk.name': 'tsgotrace',
		'telemetry.sdk.language': 'nodejs',
		...attributes,
		...pairs(variable('OTEL_RESOURCE_ATTRIBUTES') ?? ''),
		...(service !== undefined && { 'service.name': service }),
	}
	// The serializers need no other fields of a resource.
	return { attributes: all } as unknown as ReadableSpan['resource']
}

function endpoint(signal: string): string {
	const own = variable(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`)
	return own ?? withPath(variable('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318', signal)
}

function withPath(url: string, signal: string): string {
	const path = `/v1/${signal}`
	return new RegExp(`${path}/?$`).test(url) ? url : `${url.replace(/(\/v1\/(traces|logs))?\/?$/, '')}${path}`
}

function variable(name: string): string | undefined {
	const value = process.env[name]?.trim()
	return value === '' ? undefined : value
}

/** `a=b,c=d`, with URL-encoded values. Other parts are ignored. */
function pairs(text: string): Record<string, string> {
	const found: Record<string, string> = {}
	for (const pair of text.split(',')) {
		const at = pair.indexOf('=')
		const key = pair.slice(0, Math.max(0, at)).trim()
		if (key !== '') found[key] = decoded(pair.slice(at + 1).trim())
	}
	return found
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text)
	} catch {
		return text
	}
}
