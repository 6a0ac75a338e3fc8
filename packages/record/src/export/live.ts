import process from 'node:process'
import { Clocks } from '../read/clock.js'
import { Decoder } from '../read/decode.js'
import type { TraceItem } from '../read/items.js'
import { Numbering } from '../read/numbering.js'
import { wholePackets } from '../read/packets.js'
import { Tracks } from '../read/tracks.js'
import type { OtlpOptions } from './otlp.js'
import { otlpExport } from './otlpexport.js'
import type { Sent } from './sender.js'

/** How a live export behaves. */
export interface LiveOptions extends Omit<OtlpOptions, 'url'> {
	/** How many spans, and how many log records, may wait for the collector; the newest are dropped and counted beyond. Default 20,000. */
	readonly queue?: number
	/** Milliseconds after which what has come is sent. Default 1000. */
	readonly every?: number
}

/** Takes a recording and sends it to a collector: `record({ to: otlp('http://localhost:4318') })`. */
export interface LiveExport {
	(chunk: Uint8Array): void
	/** What became of all that was taken from it so far. What waits is in none of these. */
	readonly stats: Readonly<Sent>
	/** Why the last request failed, if one did. */
	readonly error: Error | null
	/** Send what has come. Resolves when the collector has answered; never rejects. */
	flush(): Promise<void>
	/** Send what has come, with the spans of what is still open, and end. To be called after the recorder's `stop`. */
	close(): Promise<void>
}

/** Chunks that wait to be looked at: as long as there are no more than this, that happens outside of the traced code. */
const mostBytes = 8 * 1024 * 1024

/**
 * Send a recording to an OpenTelemetry collector while it is made, instead of to a file. Slices become spans, other events become events of spans or log records.
 *
 * Requests go out one after the other. What a slow collector makes too much is dropped and counted in `stats`, and so is what it refuses.
 *
 * This costs the traced program 2 to 3 microseconds an event, most of it on its own thread (measured by bench/traces.mjs), which is many times what writing
 * a file costs: for many events, write a file and convert it. A process that ends by itself sends what the recorder has written; `process.exit` and signals leave no time for
 * that, so stop the recorder and await `close` before.
 *
 * @param url the collector. Without it, and for all else, the environment holds: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and so on
 * @throws MissingPackageError if OpenTelemetry's exporter is not installed
 */
export function otlp(url?: string, { queue, every = 1000, ...options }: LiveOptions = {}): LiveExport {
	const target = otlpExport({ ...options, ...(url !== undefined && { url }) }, queue)
	const decoder = new Decoder(new Clocks(), new Tracks(), new Numbering())
	const reader = decoder.clocks
	let chunks: Uint8Array[] = []
	let waiting = 0
	let scheduled = false
	let closed: Promise<void> | null = null

	const decode = (): void => {
		scheduled = false
		const now = chunks
		chunks = []
		waiting = 0
		const items: TraceItem[] = []
		for (const chunk of now) wholePackets(chunk, (buffer, start, end) => decoder.packet(buffer, start, end, start, items))
		for (const item of items) target.take(item, reader)
	}
	const take = (chunk: Uint8Array): void => {
		chunks.push(chunk)
		waiting += chunk.length
		if (waiting > mostBytes) decode()
		else if (!scheduled) {
			scheduled = true
			setImmediate(decode)
		}
	}
	const flush = async (): Promise<void> => {
		decode()
		await target.flush()
	}
	const timer = setInterval(() => void flush(), every)
	timer.unref()
	const close = async (): Promise<void> => {
		clearInterval(timer)
		process.removeListener('beforeExit', onExit)
		decode()
		await target.close()
	}
	const onExit = (): void => void (closed ??= close())
	process.once('beforeExit', onExit)
	return Object.defineProperties(take, {
		stats: { get: () => target.stats },
		error: { get: () => target.error },
		flush: { value: flush },
		close: { value: async () => (closed ??= close()) },
	}) as LiveExport
}
