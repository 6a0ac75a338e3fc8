import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'
import { install } from '@sinonjs/fake-timers'

/** Midnight UTC, 1 January 2000: where virtual time starts, so that bodies that look at dates are deterministic. */
const start: number = Date.UTC(2000, 0, 1)

const timers: object = createRequire(import.meta.url)('node:timers')
const scheduling = ['setTimeout', 'setInterval', 'setImmediate'] as const
type Schedule = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => unknown

/** Virtual time: timers, dates and `performance.now` are fake, and stand still until {@link next} is called. */
export class Clock {
	readonly #fake: ReturnType<typeof install>

	/** @throws if other fake timers are in use */
	constructor() {
		this.#fake = install({
			now: start,
			toFake: [
				'setTimeout',
				'clearTimeout',
				'setInterval',
				'clearInterval',
				'setImmediate',
				'clearImmediate',
				'Date',
				'performance',
				'hrtime',
			],
			shouldClearNativeTimers: true,
			loopLimit: Number.MAX_SAFE_INTEGER,
		})
		for (const name of scheduling) {
			const fake: unknown = Reflect.get(globalThis, name)
			// A callback belongs to the task that has scheduled it, and not to whoever lets time pass.
			const bound: Schedule = (callback, ...rest) =>
				Reflect.apply(fake as Schedule, globalThis, [typeof callback === 'function' ? AsyncLocalStorage.bind(callback) : callback, ...rest])
			// `clock` on it is how others recognise fake timers.
			const copy = Object.assign(bound, fake)
			for (const holder of [globalThis, timers]) if (Reflect.get(holder, name) === fake) Reflect.set(holder, name, copy)
		}
	}

	/** How many timers wait. */
	get count(): number {
		return this.#fake.countTimers()
	}

	/** Milliseconds since the execution started. */
	get now(): number {
		return this.#fake.now - start
	}

	/** Jump to the next timer and run it. */
	next(): void {
		this.#fake.next()
	}

	/** Forget all timers, and start again. */
	reset(): void {
		this.#fake.reset()
	}

	/** Real time again. */
	uninstall(): void {
		this.#fake.uninstall()
	}
}

/** How many fake timers wait that the test has installed itself; infinitely many if it cannot be known. */
export function foreignTimers(own?: Clock): number {
	const { setTimeout } = globalThis
	if (own !== undefined || setTimeout === originalSetTimeout) return 0
	const clock = (setTimeout as { clock?: { countTimers?: unknown } }).clock
	return typeof clock?.countTimers === 'function' ? Number(clock.countTimers()) : Number.POSITIVE_INFINITY
}

const originalSetTimeout = globalThis.setTimeout
