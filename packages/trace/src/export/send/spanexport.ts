import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { SliceBatch } from '../../slices.js'
import { resourceOf } from './environment.js'
import { Sender, type SenderOptions, type Sent } from './sender.js'
import { Spans } from './spans.js'

/** How many spans or log records a request contains. */
const batch = 1000
/** How many may wait for a slow collector. */
const maxWaiting = 20_000

/** A sender of spans, or of log records. */
type Sending<T> = Pick<SenderOptions<T>, 'transport' | 'weigh' | 'onTrouble'>

/** Spans and log records on their way to a collector. */
export class SpanExport {
	readonly #spans: Spans
	readonly #traces: Sender<ReadableSpan>
	readonly #logs: Sender<ReadableLogRecord> | null

	/** Use {@link spanExport}. */
	constructor(spans: Spans, traces: Sender<ReadableSpan>, logs: Sender<ReadableLogRecord> | null) {
		this.#spans = spans
		this.#traces = traces
		this.#logs = logs
	}

	/** Spans and log records together. */
	get stats(): Sent {
		const [a, b] = [this.#traces.stats, this.#logs?.stats ?? { sent: 0, failed: 0, dropped: 0 }]
		return { sent: a.sent + b.sent, failed: a.failed + b.failed, dropped: a.dropped + b.dropped }
	}

	get error(): Error | null {
		return this.#traces.error ?? this.#logs?.error ?? null
	}

	/** Whether more would soon be dropped. */
	get isFull(): boolean {
		return this.#traces.full || this.#logs?.full === true
	}

	take(items: SliceBatch, wallStart: bigint | null): void {
		this.#spans.take(items, wallStart)
		if (this.#spans.spans.length + this.#spans.logs.length >= 100) this.#pass()
	}

	/** Send what is waiting. */
	async flush(): Promise<void> {
		this.#pass()
		await Promise.all([this.#traces.flush(), this.#logs?.flush()])
	}

	/** Count what can no longer be sent as dropped. */
	abandon(): void {
		this.#spans.end()
		this.#pass()
		this.#traces.abandon()
		this.#logs?.abandon()
	}

	/** @param within see {@link Sender.close} */
	async close(within?: number): Promise<void> {
		this.#spans.end()
		this.#pass()
		await Promise.all([this.#traces.close(within), this.#logs?.close(within)])
	}

	#pass(): void {
		const { spans, logs } = this.#spans
		this.#spans.spans = []
		this.#spans.logs = []
		if (spans.length > 0) this.#traces.add(spans)
		if (logs.length > 0) this.#logs?.add(logs)
	}
}

export function spanAndEvents(span: ReadableSpan): number {
	return 1 + span.events.length
}

/**
 * @param step see {@link Spans}
 * @param most how many spans, and how many log records, may wait
 * @param background see {@link SenderOptions}
 */
export function spanExport({
	events,
	step = 1,
	traces,
	logs,
	max = maxWaiting,
	background = false,
}: {
	readonly events: 'spans' | 'logs'
	readonly step?: number
	readonly traces: Sending<ReadableSpan>
	readonly logs: Sending<ReadableLogRecord> | null
	readonly max?: number
	readonly background?: boolean
}): SpanExport {
	const sender = <T>(way: Sending<T>): Sender<T> => new Sender({ ...way, batch, max, background })
	return new SpanExport(
		new Spans({ events, step, resource: resourceOf }),
		sender(traces),
		logs === null ? null : sender(logs),
	)
}
