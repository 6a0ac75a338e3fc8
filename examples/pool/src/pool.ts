import { traceAcquire, traceGiveUp, traceRelease, traceWait } from './ztrace.js'

//trace:event traceAcquire(pool: Pool, who: string, resource: number)
//trace:event traceRelease(pool: Pool, who: string, resource: number)
//trace:event traceWait(pool: Pool, who: string)
//trace:event traceGiveUp(pool: Pool, who: string)   // a waiter stops waiting

/** A grant of one resource. */
export interface Lease {
	readonly resource: number
	release(): void
}

interface Waiter {
	readonly who: string
	readonly grant: (lease: Lease) => void
}

/** Numbered resources, each held by one at a time, handed out in the order of asking. */
export class Pool {
	readonly size: number
	readonly #idle: number[]
	protected readonly waiters: Waiter[] = []

	constructor(size: number) {
		this.size = size
		this.#idle = Array.from({ length: size }, (_, i) => i + 1)
	}

	/** Waits for a resource. An abort of `signal` ends the wait with an error. */
	acquire(who: string, signal?: AbortSignal): Promise<Lease> {
		const resource = this.#idle.shift()
		if (resource !== undefined) return Promise.resolve(this.#lease(who, resource))
		traceWait(this, who)
		return new Promise((grant, reject) => {
			const waiter = { who, grant }
			this.waiters.push(waiter)
			signal?.addEventListener('abort', () => {
				this.giveUp(waiter)
				reject(new Error(`${who} gave up`))
			})
		})
	}

	protected giveUp(waiter: Waiter): void {
		traceGiveUp(this, waiter.who)
	}

	#lease(who: string, resource: number): Lease {
		traceAcquire(this, who, resource)
		return { resource, release: () => this.#release(who, resource) }
	}

	#release(who: string, resource: number): void {
		traceRelease(this, who, resource)
		const next = this.waiters.shift()
		if (next === undefined) this.#idle.push(resource)
		else next.grant(this.#lease(next.who, resource))
	}
}

/** The same without its mistake, which is found by running `main.ts`. */
export class FixedPool extends Pool {
	protected override giveUp(waiter: Waiter): void {
		const at = this.waiters.indexOf(waiter)
		// It may have its resource already: then there is nothing to give up.
		if (at < 0) return
		this.waiters.splice(at, 1)
		super.giveUp(waiter)
	}
}
