/// <reference lib="esnext.disposable" preserve="true" />
// The declarations say what they need: a program with older libraries, and without Node's types, could not be compiled with them.

import { announceWaiting, registry } from './registry.js'
import { afterThisTurn, placeName, placeOf, report, SafeError } from './report.js'

// Taken when the module loads: traced programs may replace globals later.
const dispose: typeof Symbol.dispose = Symbol.dispose
const toStringTag: typeof Symbol.toStringTag = Symbol.toStringTag

/**
 * Take the tracing lock, under which probes are attached and detached. Prefer {@link setup}, which cannot forget to
 * release it.
 *
 * JavaScript runs to completion between two awaits, so nothing ever waits for the lock. It makes a set of attachments
 * one atomic step. It must be released in the same synchronous run. If it is still held after that, for instance across
 * an `await`, this is reported like an uncaught error.
 *
 * @throws if it is already taken; the message says where
 */
export function lock(): void {
	take('lock', lock)
}

/**
 * Release the tracing lock.
 *
 * @throws if it is not taken
 */
export function unlock(): void {
	const reg = registry()
	if (reg.lock === null) throw new Error('unlock without lock: the tracing lock is not taken')
	reg.lock = null
	announceWaiting(reg)
}

/**
 * Hold the tracing lock for the rest of a block: `using _ = locked()`.
 *
 * @throws if it is already taken; the message says where
 */
export function locked(): Disposable {
	take('locked', locked)
	return { [dispose]: unlock }
}

/**
 * Run `fn` under the tracing lock and release it, even if `fn` throws. The form to use for attaching and detaching.
 *
 * @returns what `fn` returns
 * @throws what `fn` throws; if the lock is already taken; if `fn` is async, because the lock cannot be held across an
 * await
 * @example
 * import { attachProbe, events, setup, type TraceEvent } from '@tsgotrace/runtime'
 * const print = (event: TraceEvent) => attachProbe(null, event, (...args) => console.log(event.id, args))
 * const probes = setup(() => events().map(print))
 * setup(() => probes.forEach((probe) => probe.detach()))
 */
export function setup<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
	if (isAsyncFunction(fn)) throw asyncSetup()
	take('setup', setup)
	let result: T
	try {
		result = fn()
	} finally {
		unlock()
	}
	if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') throw asyncSetup()
	return result
}

/** @throws if the lock is not taken */
export function mustBeLocked(what: string): void {
	if (registry().lock === null) throw new Error(`${what} must be called under the tracing lock: use setup(() => …)`)
}

function take(what: string, entry: (...args: never[]) => unknown): void {
	const reg = registry()
	if (reg.lock !== null) throw new Error(`${what}: the tracing lock is already taken, ${placeName(reg.lock)}`)
	const taken = placeOf(entry)
	reg.lock = taken
	afterThisTurn(() => {
		if (reg.lock === taken)
			report(
				new SafeError(
					`the tracing lock is held across an await, or was never released; it was taken ${placeName(taken)}`,
				),
			)
	})
}

/**
 * Lets `setup` reject an async function before running any of it. If it was compiled to older JavaScript, it is
 * rejected after its first part.
 */
function isAsyncFunction(fn: unknown): boolean {
	return (fn as { [toStringTag]?: unknown } | null | undefined)?.[toStringTag] === 'AsyncFunction'
}

function asyncSetup(): Error {
	return new TypeError('setup takes a function that is not async: the tracing lock cannot be held across an await')
}
