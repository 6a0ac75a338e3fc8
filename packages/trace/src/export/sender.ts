/** What OpenTelemetry's exporters have in common. */
export interface Exporter<T> {
	export(items: T[], done: (result: { readonly code: number; readonly error?: Error }) => void): void
	shutdown(): Promise<void>
}

/** What became of what was to be sent: spans, events of spans, and log records, each counted as one. */
export interface Sent {
	/** Accepted by the receiver. */
	sent: number
	/** Given up: the receiver refused them, or did not answer in time, even when asked again. */
	failed: number
	/** Thrown away unsent, as too many were waiting. */
	dropped: number
}

/**
 * Sends one batch after the other. OpenTelemetry's own batch processor drops what comes in bursts, and its exporters refuse what comes
 * while others are under way; here everything is sent, or counted.
 */
export class Sender<T> {
	readonly stats: Sent = { sent: 0, failed: 0, dropped: 0 }
	/** Why the last batch failed. */
	error: Error | null = null
	readonly #exporter: Exporter<T>
	readonly #weigh: (item: T) => number
	readonly #batch: number
	readonly #most: number
	#waiting: T[] = []
	#underWay = 0
	/** Whether the last batch failed. */
	#failing = false
	#wake: (() => void) | null = null
	#running: Promise<void> | null = null
	/** When to give up what is left, once it is being closed. */
	#until = Number.POSITIVE_INFINITY
	/** What the receiver refused of the batch under way, though it took the rest. */
	#rejected: { readonly count: number; readonly error: Error } | null = null

	/**
	 * @param weigh what an item counts as
	 * @param batch how many go at once
	 * @param most how many may wait
	 */
	constructor(exporter: Exporter<T>, weigh: (item: T) => number, batch: number, most: number) {
		this.#exporter = exporter
		this.#weigh = weigh
		this.#batch = batch
		this.#most = most
		onPartialSuccess(exporter, (count, error) => (this.#rejected = { count, error }))
	}

	/** Whether more would be dropped soon. */
	get full(): boolean {
		return this.#waiting.length >= this.#most / 2
	}

	add(items: readonly T[]): void {
		const room = this.#most - this.#waiting.length
		for (let i = 0; i < items.length && i < room; i++) this.#waiting.push(items[i]!)
		if (items.length > room) this.stats.dropped += this.#weight(items.slice(Math.max(0, room)))
		if (this.#waiting.length >= this.#batch) void this.flush()
	}

	/** Send what is waiting. Never rejects: see {@link Sender.stats}. */
	async flush(): Promise<void> {
		this.#running ??= this.#run().finally(() => {
			this.#running = null
		})
		await this.#running
	}

	/**
	 * Send what is waiting, and end.
	 *
	 * @param within milliseconds after which the rest is dropped; as soon as something fails, or if the last batch did, too, since asking on would only take
	 * time. Without it, everything is tried
	 */
	async close(within: number = Number.POSITIVE_INFINITY): Promise<void> {
		this.#until = this.#failing && within !== Number.POSITIVE_INFINITY ? 0 : performance.now() + within
		this.#wake?.()
		while (this.#waiting.length > 0 || this.#running !== null) await this.flush()
		await this.#exporter.shutdown()
	}

	async #run(): Promise<void> {
		while (this.#waiting.length > 0) {
			if (performance.now() >= this.#until) {
				this.#drop()
				return
			}
			const batch = this.#waiting.splice(0, this.#batch)
			this.#rejected = null
			this.#underWay = this.#weight(batch)
			const error = await this.#send(batch)
			this.#count(this.#underWay, error)
			this.#underWay = 0
			this.#failing = error !== null
			// What is left waits for the next time: a receiver that is down is not asked on and on.
			if (this.#failing) return
			if (this.#until === Number.POSITIVE_INFINITY) await this.#breath()
		}
	}

	/** A moment in which nothing of ours keeps the process from ending. */
	async #breath(): Promise<void> {
		await new Promise<void>(resolve => {
			this.#wake = resolve
			setImmediate(resolve).unref()
		})
		this.#wake = null
	}

	/** Give up what is waiting, and what is under way, as there is no time left to hear of it. */
	abandon(): void {
		this.#drop()
		this.stats.dropped += this.#underWay
		this.#underWay = 0
	}

	#drop(): void {
		this.stats.dropped += this.#weight(this.#waiting)
		this.#waiting = []
	}

	#count(all: number, error: Error | null): void {
		const rejected: { readonly count: number; readonly error: Error } | null = this.#rejected
		const failed = error === null ? Math.min(rejected?.count ?? 0, all) : all
		this.stats.sent += all - failed
		this.stats.failed += failed
		if (failed === 0) return
		this.error = error ?? rejected!.error
		if (this.#until !== Number.POSITIVE_INFINITY) this.#until = 0
	}

	#weight(items: readonly T[]): number {
		return items.reduce((sum, item) => sum + this.#weigh(item), 0)
	}

	async #send(batch: T[]): Promise<Error | null> {
		return new Promise(resolve => {
			try {
				this.#exporter.export(batch, ({ code, error }) => resolve(code === 0 ? null : (error ?? new Error('the export failed'))))
			} catch (error) {
				resolve(error as Error)
			}
		})
	}
}

/** What a receiver tells that took a part only. Counts may be as large as 64 bits. */
interface PartialSuccess {
	readonly rejectedSpans?: unknown
	readonly rejectedLogRecords?: unknown
	readonly errorMessage?: unknown
}

interface ResponseHandler {
	handleResponse?: (response: { readonly partialSuccess?: PartialSuccess | null } | null | undefined) => void
}

/** OpenTelemetry's exporters call a part a success, and only log it. What they log, they get from an object of theirs, which nothing public gives access to. */
function onPartialSuccess(exporter: object, take: (rejected: number, error: Error) => void): void {
	const handler = (exporter as { readonly _delegate?: { readonly _responseHandler?: ResponseHandler } })._delegate?._responseHandler
	const original = handler?.handleResponse
	if (handler === undefined || original === undefined) return
	handler.handleResponse = response => {
		original.call(handler, response)
		const { rejectedSpans, rejectedLogRecords, errorMessage } = response?.partialSuccess ?? {}
		const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? 0)
		if (rejected > 0) take(rejected, new Error(`the receiver rejected a part: ${typeof errorMessage === 'string' ? errorMessage : ''}`))
	}
}
