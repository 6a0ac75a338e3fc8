import process from 'node:process'
import { cutPackets } from '../format/packets.js'
import { Clocks } from '../read/clock.js'
import { Decoder } from '../read/decode.js'
import type { TraceItem } from '../read/items.js'
import { nodeHost } from '../read/node/host.js'
import { Numbering } from '../read/numbering.js'
import { Tracks } from '../read/tracks.js'
import { Pairing } from '../slices.js'
import { type OtlpOptions, otlpExport } from './send/otlpexport.js'
import type { Sent } from './send/sender.js'

/** Options of a live export. */
export interface LiveOptions extends Omit<OtlpOptions, 'url'> {
	/**
	 * How many spans, and how many log records, may wait for the collector; beyond that, the newest are dropped and
	 * counted. Default 20,000.
	 */
	readonly queue?: number
	/** Milliseconds after which collected data is sent. Default 1000. */
	readonly every?: number
	/**
	 * How many milliseconds the end of the program, or `close`, waits for the collector. After that, or as soon as a
	 * request fails meanwhile, the rest is dropped and counted. In addition, the request in progress may take as long as
	 * OTEL_EXPORTER_OTLP_TIMEOUT allows (10 s). Default 5000.
	 */
	readonly closeWithin?: number
}

/** A sink that sends a recording to a collector: `record({ to: otlp('http://localhost:4318') })`. */
export interface LiveExport {
	(chunk: Uint8Array): void
	/** Counts of what was sent, failed or dropped so far. Waiting data is in none of these. */
	readonly stats: Readonly<Sent>
	/** The error of the last request, if it failed. */
	readonly error: Error | null
	/** Send what is waiting. Resolves when the collector has answered; never rejects. */
	flush(): Promise<void>
	/**
	 * Send what is waiting, including the spans of slices that are still open, and end. Call it after the recorder's
	 * `stop`.
	 */
	close(): Promise<void>
}

/** Chunks that may wait to be decoded: up to this number, decoding happens outside of the traced code. */
const maxBytes = 8 * 1024 * 1024

/**
 * Send a recording to an OpenTelemetry collector while it is made, instead of to a file. Slices become spans, other
 * events become span events or log records.
 *
 * One request is sent at a time. What a slow collector cannot take is dropped and counted in `stats`, and what it
 * rejects is counted as failed.
 *
 * An event costs the traced program 3 to 5 microseconds, most of it on its own thread (measured by
 * `node bench/run.mjs traces`), which is many times the cost of writing a file: for many events, write a file and
 * convert it. A process that ends by itself sends what was recorded, for a limited time: see `closeWithin`.
 * `process.exit` and signals leave no time for that, so stop the recorder and await `close` first. The first problem
 * with the collector and the first loss are process warnings; a line on standard error reports what was not sent at
 * exit.
 *
 * @param url the collector. If it is omitted, and for everything else, environment variables apply:
 * OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and so on
 * @throws MissingPackageError if OpenTelemetry's exporter is not installed
 */
export function otlp(
	url?: string,
	{ queue, every = 1000, closeWithin = 5000, ...options }: LiveOptions = {},
): LiveExport {
	const warn = (text: string): void => process.emitWarning(`${text}; the program continues`, 'TraceRecordWarning')
	const target = otlpExport(
		{ ...options, ...(url !== undefined && { url }) },
		(error, receiver) => warn(`the collector at ${receiver} does not accept trace events (${error.message}): retrying`),
		{ background: true, ...(queue !== undefined && { max: queue }) },
	)
	const pairing = new Pairing()
	const decoder = new Decoder(new Clocks(), new Tracks(), new Numbering(), nodeHost.decodeText)
	const reader = decoder.clocks
	let chunks: Uint8Array[] = []
	let waiting = 0
	let scheduled = false
	let closed: Promise<void> | null = null
	let isOver = false

	const decode = (): void => {
		scheduled = false
		const now = chunks
		chunks = []
		waiting = 0
		const items: TraceItem[] = []
		for (const chunk of now) cutPackets(chunk, (start, end) => decoder.packet(chunk, start, end, start, items))
		target.take(pairing.take(items), reader.wallStart)
	}
	let warned = false
	/** Warns once: often enough not to be missed, and not so often that it fills a log. */
	const warnOfLoss = (): void => {
		const { failed, dropped } = target.stats
		if (warned || failed + dropped === 0) return
		warned = true
		const why = target.error === null ? '' : ` (${target.error.message})`
		warn(`not all trace events reach the collector: ${failed} failed${why}, ${dropped} dropped so far`)
	}
	// When nothing can be sent any more.
	const onEnd = (): void => {
		isOver = true
		const before = target.stats.dropped
		decode()
		target.take(pairing.finish(), reader.wallStart)
		target.abandon()
		const lost = target.stats.dropped - before
		if (lost > 0) process.stderr.write(`tsgotrace: ${lost} spans and events were not sent before the process ended\n`)
	}
	const take = (chunk: Uint8Array): void => {
		chunks.push(chunk)
		waiting += chunk.length
		// The last call that a recorder makes.
		if (isOver) onEnd()
		else if (waiting > maxBytes) decode()
		else if (!scheduled) {
			scheduled = true
			setImmediate(decode)
		}
	}
	const flush = async (): Promise<void> => {
		decode()
		await target.flush()
		warnOfLoss()
	}
	const timer = setInterval(() => void flush(), every)
	timer.unref()
	const close = async (): Promise<void> => {
		clearInterval(timer)
		process.removeListener('beforeExit', onExit)
		decode()
		target.take(pairing.finish(), reader.wallStart)
		await target.close(closeWithin)
		warnOfLoss()
	}
	// After the other listeners: the recorder's listener writes what it still has.
	const onExit = (): void => {
		setImmediate(() => void (closed ??= close()))
	}
	process.once('beforeExit', onExit)
	process.once('exit', onEnd)
	return Object.defineProperties(take, {
		stats: { get: () => target.stats },
		error: { get: () => target.error },
		flush: { value: flush },
		close: { value: async () => (closed ??= close()) },
	}) as LiveExport
}
