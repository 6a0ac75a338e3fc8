import { traceGrant, traceWait } from './ztrace.js'

// Ordinary events: the library has no place at which it could wait for a test, and shall get none. An action reaches what lies between them.
//trace:event traceWait(semaphore: Semaphore)    // no permit is free
//trace:event traceGrant(semaphore: Semaphore)   // the permit of one who returns it goes to one who waits

interface Waiter {
	readonly grant: () => void
	readonly giveUp: (reason: unknown) => void
}

/** At most `permits` at a time, in the order of asking; who waits can be aborted. */
export class Semaphore {
	#free: number
	readonly #waiting: Waiter[] = []

	constructor(permits: number) {
		this.#free = permits
	}

	get free(): number {
		return this.#free
	}

	/** Run `fn` with a permit. */
	async use<R>(fn: () => Promise<R>, signal?: AbortSignal): Promise<R> {
		await this.acquire(signal)
		try {
			return await fn()
		} finally {
			this.release()
		}
	}

	protected async acquire(signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted()
		if (this.#free > 0) {
			this.#free--
			return
		}
		await this.#wait(signal)
		this.granted(signal)
	}

	/**
	 * The mistake: between `grant` and here lie a few microtasks. An abort in one of them comes too late to end the wait, and in time for this
	 * check: the permit was granted, nobody has it, and nobody returns it.
	 */
	protected granted(signal: AbortSignal | undefined): void {
		signal?.throwIfAborted()
	}

	protected release(): void {
		const next = this.#waiting.shift()
		if (next === undefined) this.#free++
		else {
			next.grant()
			traceGrant(this)
		}
	}

	async #wait(signal: AbortSignal | undefined): Promise<void> {
		let abort = (): void => {}
		try {
			await new Promise<void>((grant, giveUp) => {
				const waiter = { grant, giveUp }
				this.#waiting.push(waiter)
				abort = () => {
					const at = this.#waiting.indexOf(waiter)
					if (at < 0) return
					this.#waiting.splice(at, 1)
					waiter.giveUp(signal?.reason)
				}
				signal?.addEventListener('abort', abort)
				// Not before: an abort inside of the event finds somebody who listens, as it always does in a real run.
				traceWait(this)
			})
		} finally {
			signal?.removeEventListener('abort', abort)
		}
	}
}

/** The same without the mistake: what was granted and is not wanted any more goes back. */
export class FixedSemaphore extends Semaphore {
	protected override granted(signal: AbortSignal | undefined): void {
		if (signal?.aborted) this.release()
		super.granted(signal)
	}
}
