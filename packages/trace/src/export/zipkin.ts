import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type * as ZipkinPackage from '@opentelemetry/exporter-zipkin'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Conversion } from './conversion.js'
import { load } from './optional.js'
import { OtlpExport, resources, spanAndEvents } from './otlpexport.js'
import { Sender } from './sender.js'
import { sending } from './sending.js'
import { Spans } from './spans.js'

const batch = 1000

function zipkinExport(url: string | undefined): OtlpExport {
	const [exporter, resource] = load('Zipkin', ['@opentelemetry/exporter-zipkin', '@opentelemetry/resources'], require => {
		const { ZipkinExporter } = require('@opentelemetry/exporter-zipkin') as typeof ZipkinPackage
		return [new ZipkinExporter(url === undefined ? {} : { url }), resources()]
	})
	return new OtlpExport(
		new Spans({ events: 'spans', step: 1000, resource }),
		new Sender<ReadableSpan>(exporter, spanAndEvents, batch, 20_000),
		null,
	)
}

/** Send a trace to Zipkin; without a URL, to where OTEL_EXPORTER_ZIPKIN_ENDPOINT says. */
export function zipkinSend(url?: string): Conversion {
	return sending(zipkinExport(url))
}

/**
 * Zipkin's JSON. The official exporter knows how to make it but only sends it, so it sends it to this process, through a port of the
 * loopback interface that is open meanwhile.
 */
export async function zipkinJson(): Promise<Conversion> {
	let text = ''
	let started = false
	const server = createServer((request, response) => {
		const chunks: Buffer[] = []
		request.on('data', (chunk: Buffer) => chunks.push(chunk))
		request.on('end', () => {
			const spans = Buffer.concat(chunks).toString().trim().slice(1, -1)
			text += `${started ? ',\n' : '[\n'}${spans}`
			started = true
			response.writeHead(202).end()
		})
	})
	await listen(server)
	const { port } = server.address() as AddressInfo
	const sender = sending(zipkinExport(`http://127.0.0.1:${port}/api/v2/spans`))
	const taken = (): string => {
		const now = text
		text = ''
		return now
	}
	return {
		notes: sender.notes,
		get full() {
			return sender.full === true
		},
		settle: async () => sender.settle?.(),
		take: (item, reader) => sender.take(item, reader) + taken(),
		async *end(reader) {
			try {
				yield* sender.end(reader)
				yield `${taken()}${started ? '' : '['}\n]\n`
			} finally {
				server.closeAllConnections()
				server.close()
			}
		},
	}
}

async function listen(server: Server): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject)
		server.listen(0, '127.0.0.1', resolve)
	})
}
