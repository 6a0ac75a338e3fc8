import { traceGrant, traceWait } from './ztrace.js'

// Ordinary events: nothing in the library can wait for a test, and that should not change. An action can happen between these events.
//trace:event traceWait(semaphore: Semaphore)    // no permit is free
//trace:event traceGrant(semaphore: Semaphore)   // a returned permit goes to a waiter

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
	 * The bug: between `grant` and this function are a few microtasks. An abort in one of them comes too late to end the wait, but early enough
	 * for this check: the permit was granted, but no task holds it, and it is never returned.
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
				// Not earlier: an abort inside the event must find the listener, as it always does in a real run.
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
