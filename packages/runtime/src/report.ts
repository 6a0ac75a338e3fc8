// Taken when the module loads: traced programs and fake timers may replace globals later.
declare const queueMicrotask: (callback: () => void) => void
const defer = queueMicrotask

type Capture = (target: object, below: (...args: never[]) => unknown) => void
export const SafeError: ErrorConstructor & { captureStackTrace?: Capture } = Error
const capture = SafeError.captureStackTrace

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
	if (capture === undefined) return new SafeError()
	const place: Place = {}
	capture(place, below)
	return place
}

/** `at main (file.js:1:2)`, as V8 writes it; the whole stack where the engine does not let us cut it. */
export function placeName(place: Place): string {
	let stack: unknown
	try {
		stack = place.stack
	} catch {
		// `Error.prepareStackTrace` belongs to the program.
	}
	if (typeof stack !== 'string') return 'at an unknown place'
	if (capture === undefined) return `at\n${stack}`
	// By hand: the methods of strings may be patched too.
	let start = 0
	while (start < stack.length && stack[start] !== '\n') start++
	while (stack[start] === '\n' || stack[start] === ' ') start++
	let line = ''
	for (let i = start; i < stack.length && stack[i] !== '\n'; i++) line += stack[i]
	return line === '' ? 'at an unknown place' : line
}
