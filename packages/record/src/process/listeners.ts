// Adds listeners to `process` that the program does not notice. A program or library may have replaced `process.on` or
// `process.kill`: these are the originals.
import { EventEmitter } from 'node:events'

// oxlint-disable typescript/unbound-method -- they are called on process, by Reflect.apply
const { on, off, prependListener, listeners } = EventEmitter.prototype
const kill = process.kill
// oxlint-enable typescript/unbound-method
const apply = Reflect.apply

/**
 * Marks the listeners of all copies of the recorder in this thread: a program may use a recorder besides that of the
 * command.
 */
const ownMark: unique symbol = Symbol.for('tsgotrace.listener') as never

type AnyListener = (...args: never[]) => void

/** Mark a listener as one of the recorder. */
export function ours<T extends AnyListener>(listener: T): T {
	return Object.defineProperty(listener, ownMark, { value: true })
}

/** Add a listener after all others. */
export function listen(name: string, listener: AnyListener): void {
	quietly(() => apply(on, process, [name, listener]))
}

/** Add a listener before all others. */
export function listenFirst(name: string, listener: AnyListener): void {
	quietly(() => apply(prependListener, process, [name, listener]))
}

/** Whether it is a recorder that removes a listener now, and not the program. */
export function isUnlistening(): boolean {
	return removing
}

let removing = false

export function unlisten(name: string, listener: AnyListener): void {
	removing = true
	apply(off, process, [name, listener])
	removing = false
}

/** Move or add a listener to the end. */
export function moveLast(name: string, listener: AnyListener): void {
	unlisten(name, listener)
	listen(name, listener)
}

export function isListening(name: string, listener: AnyListener): boolean {
	return listenersOf(name).includes(listener)
}

/** Whether no listener of the program comes after this one. */
export function isLast(name: string, listener: AnyListener): boolean {
	const all = listenersOf(name)
	return all.slice(all.lastIndexOf(listener) + 1).every(isOurs)
}

/** Number of listeners of the program, without those of any recorder. */
export function countOfProgram(name: string): number {
	return listenersOf(name).filter(listener => !isOurs(listener)).length
}

/** Number of all listeners. */
export function count(name: string): number {
	return listenersOf(name).length
}

/** Send this process a signal. */
export function raise(signal: NodeJS.Signals): void {
	apply(kill, process, [process.pid, signal])
}

/** Whether it is one of any recorder. */
export function isOurs(listener: AnyListener): boolean {
	return ownMark in listener
}

function listenersOf(name: string): AnyListener[] {
	return apply(listeners, process, [name]) as AnyListener[]
}

/** Node would warn of too many listeners, and the extra one is not the program's. */
function quietly(add: () => void): void {
	const emitter = process as { _maxListeners?: number | undefined }
	const max = emitter._maxListeners
	emitter._maxListeners = 0
	try {
		add()
	} finally {
		emitter._maxListeners = max
	}
}
