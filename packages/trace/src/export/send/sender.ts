import type { Retrying } from './post.js'

/** Sends items in the format of a receiver. */
export interface Transport<T> {
	/**
	 * @returns the part that the receiver rejected, if it accepted the rest
	 * @throws Error if it accepted nothing
	 */
	send(items: readonly T[], retrying: Retrying): Promise<Rejected | null>
	close(): void
}

/** The rejected part of a request. */
export interface Rejected {
	readonly count: number
	readonly error: Error
}

export interface SenderOptions<T> {
	readonly transport: Transport<T>
	/** How many events an item counts as. */
	readonly weigh: (item: T) => number
	/** How many items a request contains. */
	readonly batch: number
	/** How many items may wait. */
	readonly max: number
	/**
	 * Called at once when the receiver is unreachable or overloaded and the request is retried. Called once until the
	 * receiver has answered.
	 */
	readonly onTrouble: (error: Error) => void
	/** Waiting for a retry does not keep the process alive. */
	readonly background: boolean
}

/** Counts of spans, span events and log records, each counted as one. */
export interface Sent {
	/** Accepted by the receiver. */
	sent: number
	/** Given up: the receiver rejected them, or did not answer in time, even after retries. */
	failed: number
	/** Discarded without sending, because too many were waiting. */
	dropped: number
}

/**
 * Sends one batch after the other. OpenTelemetry's own batch processor drops spans in bursts, and its exporters reject
 * calls while others are in progress. Here everything is sent, or counted.
 */
export class Sender<T> {
	readonly stats: Sent = { sent: 0, failed: 0, dropped: 0 }
	/** The error of the last batch. */
	error: Error | null = null
	readonly #transport: Transport<T>
	readonly #onTrouble: (error: Error) => void
	readonly #background: boolean
	readonly #weigh: (item: T) => number
	readonly #batch: number
	readonly #max: number
	#waiting: T[] = []
	#underWay = 0
	/** Whether the last batch failed. */
	#failing = false
	#wake: (() => void) | null = null
	#running: Promise<void> | null = null
	/** When to give up the rest, once it is being closed. */
	#until = Number.POSITIVE_INFINITY

	constructor({ transport, weigh, batch, max, onTrouble, background }: SenderOptions<T>) {
		this.#transport = transport
		this.#onTrouble = onTrouble
		this.#background = background
		this.#weigh = weigh
		this.#batch = batch
		this.#max = max
	}

	/** Whether more items would soon be dropped. */
	get full(): boolean {
		return this.#waiting.length >= this.#max / 2
	}

	add(items: readonly T[]): void {
		const room = this.#max - this.#waiting.length
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
	 * @param within milliseconds after which the rest is dropped. The rest is also dropped as soon as something fails, or
	 * if the last batch failed, because retrying would only take time. Without it, everything is tried
	 */
	async close(within: number = Number.POSITIVE_INFINITY): Promise<void> {
		this.#until = this.#failing && within !== Number.POSITIVE_INFINITY ? 0 : performance.now() + within
		this.#wake?.()
		while (this.#waiting.length > 0 || this.#running !== null) await this.flush()
		this.#transport.close()
	}

	async #run(): Promise<void> {
		while (this.#waiting.length > 0) {
			if (performance.now() >= this.#until) {
				this.#drop()
				return
			}
			const batch = this.#waiting.splice(0, this.#batch)
			this.#underWay = this.#weight(batch)
			try {
				this.#count(this.#underWay, await this.#transport.send(batch, this.#retrying))
				this.#failing = false
			} catch (error) {
				this.#count(this.#underWay, { count: this.#underWay, error: error as Error })
				this.#failing = true
			}
			this.#underWay = 0
			// The rest waits for the next time: a receiver that is down is not retried forever.
			if (this.#failing) return
			if (this.#until === Number.POSITIVE_INFINITY) await this.#breath()
		}
	}

	readonly #retrying: Retrying = {
		failed: error => {
			if (!this.#failing) this.#onTrouble(error)
			this.#failing = true
		},
		// Closing ends it: retries would delay a program that wants to end.
		wait: async ms => {
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, ms)
				if (this.#background) timer.unref()
				this.#wake = () => {
					clearTimeout(timer)
					resolve()
				}
			})
			this.#wake = null
			return performance.now() < this.#until
		},
	}

	/** A delay that does not keep the process alive. */
	async #breath(): Promise<void> {
		await new Promise<void>(resolve => {
			this.#wake = resolve
			setImmediate(resolve).unref()
		})
		this.#wake = null
	}

	/** Give up what is waiting and what is in progress, because there is no time left to receive an answer. */
	abandon(): void {
		this.#drop()
		this.stats.dropped += this.#underWay
		this.#underWay = 0
	}

	#drop(): void {
		this.stats.dropped += this.#weight(this.#waiting)
		this.#waiting = []
	}

	#count(all: number, rejected: Rejected | null): void {
		const failed = Math.min(rejected?.count ?? 0, all)
		this.stats.sent += all - failed
		this.stats.failed += failed
		if (rejected === null || failed === 0) return
		this.error = rejected.error
		if (this.#until !== Number.POSITIVE_INFINITY) this.#until = 0
	}

	#weight(items: readonly T[]): number {
		return items.reduce((sum, item) => sum + this.#weigh(item), 0)
	}
}
