// Taken when the module loads: traced programs and fake timers may replace globals later.
declare const queueMicrotask: (callback: () => void) => void
const defer = queueMicrotask

type Capture = (target: object, below: (...args: never[]) => unknown) => void
export const SafeError: ErrorConstructor & { captureStackTrace?: Capture } = Error
const capture = SafeError.captureStackTrace

/**
 * Report `error` like an uncaught error, without disturbing the running code: `uncaughtException` in Node,
 * `window.onerror` in a browser.
 */
export function report(error: unknown): void {
	defer(() => {
		throw error
	})
}

/** Run `check` when the current synchronous code has ended. */
export function afterThisTurn(check: () => void): void {
	defer(check)
}

/** A location in the program. The stack is formatted only in {@link placeName}. */
export interface CallPlace {
	stack?: string
}

/** The location of the call of `below`, which is a function of the public API. */
export function placeOf(below: (...args: never[]) => unknown): CallPlace {
	if (capture === undefined) return new SafeError()
	const place: CallPlace = {}
	capture(place, below)
	return place
}

/** `at main (file.js:1:2)`, as V8 writes it; the whole stack if the engine cannot cut it. */
export function placeName(place: CallPlace): string {
	let stack: unknown
	try {
		stack = place.stack
	} catch {
		// `Error.prepareStackTrace` may be the program's, and throw.
	}
	if (typeof stack !== 'string') return 'at an unknown place'
	if (capture === undefined) return `at\n${stack}`
	// With plain loops, because the methods of strings may be patched too.
	let start = 0
	while (start < stack.length && stack[start] !== '\n') start++
	while (stack[start] === '\n' || stack[start] === ' ') start++
	let line = ''
	for (let i = start; i < stack.length && stack[i] !== '\n'; i++) line += stack[i]
	return line === '' ? 'at an unknown place' : line
}
