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
	#running: Promise<void> | null = null

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

	/** Send what is waiting, and end. */
	async close(): Promise<void> {
		while (this.#waiting.length > 0 || this.#running !== null) await this.flush()
		await this.#exporter.shutdown()
	}

	async #run(): Promise<void> {
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, this.#batch)
			const error = await this.#send(batch)
			if (error === null) this.stats.sent += this.#weight(batch)
			else {
				this.stats.failed += this.#weight(batch)
				this.error = error
			}
		}
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
