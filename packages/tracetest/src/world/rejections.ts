import { worldOf } from './here.js'
import { TraceNak } from './nak.js'

/** How many searches go on. */
let searches = 0
let filtered = false

/**
 * While a search goes on, a rejected promise that no code waits for fails the execution in which it was made: so it has
 * a schedule and a token. Otherwise the runner would report it, once for each of thousands of executions, and not under
 * which schedule it happens. What the search itself has refused is reported neither then nor later: code that an
 * execution has left is often refused after the search is over.
 *
 * @returns to be called at the end
 */
export function watchRejections(): () => void {
	if (!filtered) filter()
	filtered = true
	searches++
	return () => void searches--
}

/** Listeners are called one and all, so what none of them shall see must not be emitted. */
function filter(): void {
	const { emit } = process as { emit: (this: NodeJS.Process, name: string | symbol, ...args: unknown[]) => boolean }
	const emitted = function (this: NodeJS.Process, name: string | symbol, ...args: unknown[]): boolean {
		if (name === 'unhandledRejection' && isHandled(args[0], args[1])) return true
		return Reflect.apply(emit, this, [name, ...args])
	}
	Object.defineProperty(process, 'emit', { value: emitted, configurable: true, writable: true, enumerable: false })
}

function isHandled(reason: unknown, promise: unknown): boolean {
	const world = typeof promise === 'object' && promise !== null ? worldOf(promise) : undefined
	if (world?.controller === undefined) return false
	if (isRefusal(reason)) return true
	if (searches === 0 || world.closed) return false
	world.fail(reason, undefined, ['a promise was rejected, and its rejection was not handled'])
	return true
}

/** Whether it is that of an event, or what the program has made of it. */
function isRefusal(reason: unknown): boolean {
	let left = 8
	for (let error = reason; error instanceof Error && left-- > 0; error = error.cause)
		if (error instanceof TraceNak) return true
	return false
}
