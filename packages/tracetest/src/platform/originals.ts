/**
 * Functions of the platform as they were when this package was loaded: tests replace timers and clocks, and what
 * decides whether a test is stuck must go on working under fake ones.
 */

/** What is there, or what fake timers that were installed before have replaced: they keep it. */
function real<Name extends 'setImmediate' | 'setTimeout' | 'clearTimeout' | 'performance'>(
	name: Name,
): (typeof globalThis)[Name] {
	const { clock } = globalThis.setTimeout as { clock?: Readonly<Record<string, unknown>> }
	return (clock?.[`_${name}`] ?? globalThis[name]) as (typeof globalThis)[Name]
}

const time: typeof performance = real('performance')
// eslint-disable-next-line typescript/unbound-method -- it is called with its object
const read: () => number = time.now
const settled: Promise<void> = Promise.resolve()
// eslint-disable-next-line typescript/unbound-method -- it is called with its object
const then: (...callbacks: never[]) => unknown = Promise.prototype.then

export const originals: {
	/** As `queueMicrotask`, without the resource that Node makes for each. */
	readonly microtask: (callback: () => void) => void
	/** `promise.then`, whose result is not needed: the callbacks must not throw. */
	readonly observe: <R>(
		promise: Promise<R>,
		onFulfilled: ((value: R) => void) | undefined,
		onRejected: (reason: unknown) => void,
	) => void
	readonly nextTick: (callback: () => void) => void
	readonly setImmediate: (callback: () => void) => unknown
	readonly setTimeout: (callback: () => void, ms: number) => unknown
	/** Of what {@link setTimeout} has returned. */
	readonly clearTimeout: (timer: unknown) => void
	/** Milliseconds of real time. */
	readonly now: () => number
} = {
	microtask: callback => void Reflect.apply(then, settled, [callback]),
	observe: (promise, onFulfilled, onRejected) => void Reflect.apply(then, promise, [onFulfilled, onRejected]),
	nextTick: process.nextTick.bind(process) as (callback: () => void) => void,
	setImmediate: real('setImmediate'),
	setTimeout: real('setTimeout'),
	clearTimeout: real('clearTimeout') as (timer: unknown) => void,
	now: (): number => read.call(time),
}
