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

/** How a live export behaves. */
export interface LiveOptions extends Omit<OtlpOptions, 'url'> {
	/** How many spans, and how many log records, may wait for the collector; the newest are dropped and counted beyond. Default 20,000. */
	readonly queue?: number
	/** Milliseconds after which what has come is sent. Default 1000. */
	readonly every?: number
	/**
	 * Milliseconds for which the end of the program, or `close`, waits for the collector; what is left then is dropped and counted, and so it is as soon as a request
	 * fails meanwhile. The request under way is waited for beyond, as long as OTEL_EXPORTER_OTLP_TIMEOUT says (10 s). Default 5000.
	 */
	readonly closeWithin?: number
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
 * This costs the traced program 3 to 5 microseconds an event, most of it on its own thread (measured by `node bench/run.mjs traces`), which is many times what writing
 * a file costs: for many events, write a file and convert it. A process that ends by itself sends what was recorded, for a limited time: see `closeWithin`. `process.exit` and signals leave
 * no time for that, so stop the recorder and await `close` before. The first trouble with the collector and the first loss are warnings of the process; a line on standard error says what an exit left unsent.
 *
 * @param url the collector. Without it, and for all else, the environment holds: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and so on
 * @throws MissingPackageError if OpenTelemetry's exporter is not installed
 */
export function otlp(url?: string, { queue, every = 1000, closeWithin = 5000, ...options }: LiveOptions = {}): LiveExport {
	const warn = (text: string): void => process.emitWarning(`${text}, the program goes on`, 'TraceRecordWarning')
	const target = otlpExport(
		{ ...options, ...(url !== undefined && { url }) },
		(error, receiver) => warn(`the collector at ${receiver} does not take trace events (${error.message}): trying again`),
		{ background: true, ...(queue !== undefined && { most: queue }) },
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
	let told = false
	/** Once: it is not to be overlooked, and not to fill a log. */
	const tell = (): void => {
		const { failed, dropped } = target.stats
		if (told || failed + dropped === 0) return
		told = true
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
		if (lost > 0) process.stderr.write(`tsgotrace: ${lost} spans and events were not sent, as the process ended before\n`)
	}
	const take = (chunk: Uint8Array): void => {
		chunks.push(chunk)
		waiting += chunk.length
		// The last thing that a recorder does.
		if (isOver) onEnd()
		else if (waiting > mostBytes) decode()
		else if (!scheduled) {
			scheduled = true
			setImmediate(decode)
		}
	}
	const flush = async (): Promise<void> => {
		decode()
		await target.flush()
		tell()
	}
	const timer = setInterval(() => void flush(), every)
	timer.unref()
	const close = async (): Promise<void> => {
		clearInterval(timer)
		process.removeListener('beforeExit', onExit)
		decode()
		target.take(pairing.finish(), reader.wallStart)
		await target.close(closeWithin)
		tell()
	}
	// After the other listeners: that of the recorder writes what it still has.
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
