// Taken when the module loads: traced programs and fake timers may replace globals later.
declare const queueMicrotask: (callback: () => void) => void
const defer = queueMicrotask

type Capture = (target: object, below: (...args: never[]) => unknown) => void
const capture = (Error as { captureStackTrace?: Capture }).captureStackTrace

/** Report `error` as an uncaught error is, without disturbing the code that runs now: `uncaughtException` in Node, `window.onerror` in a browser. */
export function report(error: unknown): void {
	defer(() => {
		throw error
	})
}

/** Run `check` when the synchronous code that runs now has ended. */
export function afterThisTurn(check: () => void): void {
	defer(check)
}

/** A point of the program. The stack is formatted only when {@link placeName} asks for it. */
export interface Place {
	stack?: string
}

/** The place that called `below`, which is a function of the public API. */
export function placeOf(below: (...args: never[]) => unknown): Place {
	if (capture === undefined) return new Error()
	const place: Place = {}
	capture(place, below)
	return place
}

/** `at main (file.js:1:2)`, as V8 writes it; the whole stack where the engine does not let us cut it. */
export function placeName(place: Place): string {
	const stack = place.stack
	if (typeof stack !== 'string') return 'at an unknown place'
	if (capture === undefined) return `at\n${stack}`
	const start = stack.indexOf('\n') + 1
	const end = stack.indexOf('\n', start)
	return stack.slice(start, end < 0 ? stack.length : end).trim()
}
