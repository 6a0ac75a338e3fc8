// What happens to the process as a whole: its end, and its signals. One set of listeners for all recorders, removed with the last of them.
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { queueMicrotask } from '../engine/timers.js'

export interface Witness {
	/** The process ends: last chance, synchronous. */
	ended(reason: string): void
	/** A signal came that the program handles itself: what is in memory should be safe. */
	shaken(): void
	/** An error was not caught. The process may or may not survive it. */
	uncaught(): void
	/** Nothing is left to do for the process, but it could still do something. */
	readonly idle?: (() => void) | undefined
	/** SIGUSR2. Absent for those who do not care: the signal then keeps its meaning. */
	readonly asked?: (() => void) | undefined
}

const fatal = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
const witnesses = new Set<Witness>()
let asking = false

/** @returns a function that ends it */
export function witness(who: Witness): () => void {
	if (witnesses.size === 0) listen()
	witnesses.add(who)
	ask()
	return () => {
		if (!witnesses.delete(who)) return
		ask()
		if (witnesses.size === 0) unlisten()
	}
}

function listen(): void {
	process.on('exit', exited)
	process.on('beforeExit', idle)
	process.on('newListener', stayLast)
	process.on('uncaughtExceptionMonitor', failed)
	// Signals reach the main thread only.
	if (isMainThread) for (const signal of fatal) process.prependListener(signal, signalled)
}

function unlisten(): void {
	process.off('newListener', stayLast)
	process.off('exit', exited)
	process.off('beforeExit', idle)
	process.off('uncaughtExceptionMonitor', failed)
	for (const signal of fatal) process.off(signal, signalled)
}

/** What other listeners of `exit` do is recorded too: ours moves behind them as they come. */
function stayLast(name: string | symbol, listener: unknown): void {
	if (name !== 'exit' || listener === exited) return
	// The new one is not among them yet.
	queueMicrotask(() => {
		if (witnesses.size === 0) return
		process.off('exit', exited)
		process.on('exit', exited)
	})
}

function ask(): void {
	const wanted = isMainThread && [...witnesses].some(who => who.asked !== undefined)
	if (wanted === asking || process.platform === 'win32') return
	asking = wanted
	if (wanted) process.on('SIGUSR2', asked)
	else process.off('SIGUSR2', asked)
}

function asked(): void {
	for (const who of witnesses) who.asked?.()
}

function idle(): void {
	for (const who of witnesses) who.idle?.()
}

function exited(): void {
	for (const who of witnesses) who.ended('exit')
}

function failed(): void {
	for (const who of witnesses) who.uncaught()
}

function signalled(signal: NodeJS.Signals): void {
	// A listener alone keeps the signal from ending the process. If it is only ours, the end is ours to bring about: by the same signal, so that the
	// exit status is what it would have been.
	if (process.listenerCount(signal) > 1) {
		for (const who of witnesses) who.shaken()
		// Libraries such as signal-exit end the process if no listener but their own is there. They must not see ours, nor ours theirs alone.
		process.off(signal, signalled)
		queueMicrotask(() => {
			if (witnesses.size > 0) process.prependListener(signal, signalled)
		})
		return
	}
	for (const who of witnesses) who.ended(`signal ${signal}`)
	process.off(signal, signalled)
	process.kill(process.pid, signal)
}
