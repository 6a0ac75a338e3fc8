import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import { install } from '@sinonjs/fake-timers'
import { originals } from './originals.js'

/** Midnight UTC, 1 January 2000: where virtual time starts, so that bodies that look at dates are deterministic. */
const start: number = Date.UTC(2000, 0, 1)

const scheduling = ['setTimeout', 'setInterval', 'setImmediate'] as const
type ScheduleCall = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => unknown

let dropped = 0

/**
 * How many timers executions in virtual time have left, that never fired. A module whose state outlives an execution
 * may wait for one.
 */
export function droppedTimers(): number {
	return dropped
}

/** Whether a test has virtual time: a process has one time only. */
let used = false

/** Virtual time: timers, dates and `performance.now` are fake, and do not advance until {@link next} is called. */
export class VirtualClock {
	readonly #fake: ReturnType<typeof install>
	readonly #restore: (() => void)[] = []

	/** @throws if other fake timers are in use */
	constructor() {
		mustBeReal()
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
		used = true
		try {
			for (const name of scheduling) this.#bind(name)
			this.#replace(promises.scheduler, 'wait', wait)
			this.#replace(AbortSignal, 'timeout', abortAfter)
			// `import { setTimeout } from 'node:timers/promises'` sees what is exported now.
			syncBuiltinESMExports()
		} catch (error) {
			this.uninstall()
			throw error
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

	/**
	 * Jump to the next timer and run it.
	 *
	 * @throws what its callback throws
	 */
	next(): void {
		this.#fake.next()
	}

	/** Forget all timers, and start again. */
	reset(): void {
		dropped += this.count
		this.#fake.reset()
	}

	/** Real time again. Timers that wait are forgotten. */
	uninstall(): void {
		dropped += this.count
		for (const restore of this.#restore.splice(0).reverse()) restore()
		this.#fake.uninstall()
		syncBuiltinESMExports()
		used = false
	}

	/** Let callbacks belong to the task that has scheduled them, and not to the code that advances time. */
	#bind(name: (typeof scheduling)[number]): void {
		const fake: unknown = Reflect.get(globalThis, name)
		const bound: ScheduleCall = (callback, ...rest) =>
			Reflect.apply(fake as ScheduleCall, globalThis, [
				typeof callback === 'function' ? AsyncLocalStorage.bind(callback) : callback,
				...rest,
			])
		// `clock` on it is how others recognise fake timers; `promisify` has its own function.
		Object.defineProperties(bound, Object.getOwnPropertyDescriptors(fake as ScheduleCall))
		for (const holder of [globalThis, timers]) if (Reflect.get(holder, name) === fake) Reflect.set(holder, name, bound)
	}

	#replace(holder: object, name: string, value: unknown): void {
		const own = Object.getOwnPropertyDescriptor(holder, name)
		Object.defineProperty(holder, name, {
			value,
			configurable: true,
			writable: true,
			enumerable: own?.enumerable ?? false,
		})
		this.#restore.push(() => {
			if (own === undefined) Reflect.deleteProperty(holder, name)
			else Object.defineProperty(holder, name, own)
		})
	}
}

/** @throws if time is not the real one */
function mustBeReal(): void {
	const hint = "time: 'virtual' brings its own"
	if (used)
		throw new Error(
			`time: 'virtual' is in use by another test: a process has one time. Tests that use it cannot run concurrently.`,
		)
	if ('isFake' in Date || 'clock' in setTimeout)
		throw new Error(
			`time: 'virtual': fake timers are installed already. Call vi.useRealTimers(), or uninstall them: ${hint}.`,
		)
	if (
		'isMock' in Date ||
		(setTimeout as unknown) !== Reflect.get(timers, 'setTimeout') ||
		setTimeout.name.startsWith('bound ')
	)
		throw new Error(
			`time: 'virtual': setTimeout is not Node's own. Call mock.timers.reset(), or restore what was replaced: ${hint}.`,
		)
}

/** `scheduler.wait`, by the timers that are in place. */
function wait(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void> {
	return promises.setTimeout(ms, undefined, options)
}

/** `AbortSignal.timeout`, by the timers that are in place. */
function abortAfter(ms: number): AbortSignal {
	const controller = new AbortController()
	setTimeout(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms)
	return controller.signal
}

/** How many fake timers wait that the test has installed itself; infinitely many if it cannot be known. */
export function foreignTimers(own?: VirtualClock): number {
	const { setTimeout } = globalThis
	if (own !== undefined || setTimeout === originals.setTimeout) return 0
	const clock = (setTimeout as { clock?: { countTimers?: unknown } }).clock
	return typeof clock?.countTimers === 'function' ? Number(clock.countTimers()) : Number.POSITIVE_INFINITY
}
