import type { Frame } from '@tsgotrace/trace/format/pprof'

/**
 * The stack of the caller, across awaits as far as the engine keeps them.
 *
 * @param probe our own function: it and everything that it called are left out
 * @param depth maximum number of frames
 */
export function capture(probe: (...args: never[]) => unknown, depth: number): string {
	const holder: { stack?: unknown } = {}
	const { stackTraceLimit } = Error
	const own = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
	// One for the stub. `Error.prepareStackTrace` of the program is meant for its own errors, and may run any code.
	// `Reflect` does not throw if the program has frozen `Error`: the depth then stays as it is.
	Reflect.set(Error, 'stackTraceLimit', depth + 1)
	Reflect.defineProperty(Error, 'prepareStackTrace', {
		value: undefined,
		writable: true,
		enumerable: true,
		configurable: true,
	})
	try {
		Error.captureStackTrace(holder, probe)
		return typeof holder.stack === 'string' ? holder.stack : ''
	} catch {
		return ''
	} finally {
		Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
		if (own === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
		else Reflect.defineProperty(Error, 'prepareStackTrace', own)
	}
}

const called = /^ +at (async )?(?:(.*?) \()?((?:file:|node:)?[^()]*?):(\d+):\d+\)?$/

/** The frames of a captured stack, the innermost first, without the stub that signals the event. */
export function framesOf(stack: string, stub: string): Frame[] {
	const frames: Frame[] = []
	for (const line of stack.split('\n')) {
		const match = called.exec(line)
		if (match === null) continue
		const [, isAsync, name = '(anonymous)', file, at] = match
		if (frames.length === 0 && isAsync === undefined && name.replace(/^.*\./, '') === stub) continue
		frames.push({
			name: `${isAsync === undefined ? '' : 'async '}${name}`,
			file: file!.replace(/^file:\/\//, ''),
			line: Number(at),
		})
	}
	return frames
}

/** Maximum number of frames that are recorded with an event. */
const maxRecordedFrames = 16
/** The stub, what it calls, and the recorder's wrapper around an encoder at the first signal. */
const ownFrames = 4

/**
 * The stack of the caller as text, innermost frame first.
 * @param encode the function that the event was delivered to
 */
export function stackOf(encode: (...args: never[]) => unknown): string[] {
	const frames = framesOf(capture(encode, maxRecordedFrames + ownFrames), '')
	// At the first signal of an event the recorder chooses its encoder.
	if (/\/recorder\.[jt]s$/.test(frames[0]?.file ?? '')) frames.shift()
	// The function that delivers the event is in the file of the stub.
	const deliverer = frames.findIndex(({ name }, i) => i < ownFrames && name.replace(/^.*\./, '') === '_run')
	const first = deliverer < 0 ? 0 : deliverer + (frames[deliverer + 1]?.file === frames[deliverer]!.file ? 2 : 1)
	return frames.slice(first, first + maxRecordedFrames).map(({ name, file, line }) => `${name} ${file}:${line}`)
}
