// A collector that decodes with OpenTelemetry's own schema, as its packages had it before they wrote protobuf by hand.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

interface Value {
	readonly stringValue?: string
	readonly intValue?: unknown
	readonly doubleValue?: number
	readonly boolValue?: boolean
}

interface Attribute {
	readonly key: string
	readonly value: Value
}

export interface CollectedSpan {
	readonly name: string
	readonly traceId: string
	readonly spanId: string
	readonly parentSpanId: string
	readonly startTimeUnixNano: string
	readonly endTimeUnixNano: string
	readonly attributes: readonly Attribute[]
	readonly events: readonly { name: string; timeUnixNano: string; attributes: readonly Attribute[] }[]
}

export interface CollectedLog {
	readonly traceId: string
	readonly spanId: string
	readonly timeUnixNano: string
	readonly body: Value
	readonly severityText: string
	readonly attributes: readonly Attribute[]
}

interface Schema {
	decode(bytes: Uint8Array): unknown
	toObject(message: unknown, options: object): Record<string, unknown>
}

const root = createRequire(import.meta.url)('otlp-schema/build/src/generated/root.js') as {
	opentelemetry: {
		proto: { collector: { trace: { v1: Record<string, Schema> }; logs: { v1: Record<string, Schema> } } }
	}
}
const { trace, logs } = root.opentelemetry.proto.collector
const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

export class Collector {
	readonly spans: CollectedSpan[] = []
	readonly logs: CollectedLog[] = []
	readonly resources: Attribute[][] = []
	readonly headers: IncomingHttpHeaders[] = []
	requests = 0
	/** How many requests were under way at once. */
	max = 0
	/** What to answer, and how long to wait before. */
	answer: (request: number) => { status: number; ms: number; body?: Uint8Array } = () => ({ status: 200, ms: 0 })
	readonly #server = createServer((request, response) => {
		const chunks: Buffer[] = []
		this.#open++
		this.max = Math.max(this.max, this.#open)
		this.headers.push(request.headers)
		request.on('data', (chunk: Buffer) => chunks.push(chunk))
		request.on('end', () => {
			const { status, ms, body: said } = this.answer(this.requests++)
			const body = Buffer.concat(chunks)
			if (status === 200)
				this.#take(request.url!, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
			setTimeout(() => {
				this.#open--
				response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end(said)
			}, ms)
		})
	})
	#open = 0

	async start(): Promise<string> {
		await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections()
		await new Promise(resolve => this.#server.close(resolve))
	}

	#take(path: string, body: Buffer): void {
		const isTrace = path.endsWith('/v1/traces')
		const type = isTrace ? trace.v1['ExportTraceServiceRequest']! : logs.v1['ExportLogsServiceRequest']!
		const message = type.toObject(type.decode(body), { longs: String, bytes: String, defaults: true })
		for (const group of message[isTrace ? 'resourceSpans' : 'resourceLogs'] as Record<string, unknown>[]) {
			this.resources.push((group['resource'] as { attributes: Attribute[] }).attributes)
			for (const scope of group[isTrace ? 'scopeSpans' : 'scopeLogs'] as Record<string, unknown>[]) {
				for (const row of scope[isTrace ? 'spans' : 'logRecords'] as (CollectedSpan & CollectedLog)[]) {
					const ids = { traceId: hex(row.traceId), spanId: hex(row.spanId) }
					if (isTrace) this.spans.push({ ...row, ...ids, parentSpanId: hex(row.parentSpanId) })
					else this.logs.push({ ...row, ...ids })
				}
			}
		}
	}
}

/** The attributes as an object. */
export function plain(attributes: readonly Attribute[]): Record<string, unknown> {
	return Object.fromEntries(
		attributes.map(({ key, value }) => [
			key,
			value.stringValue || (value.doubleValue ?? value.boolValue ?? Number(value.intValue)),
		]),
	)
}
