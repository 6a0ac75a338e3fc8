// What happens to the process as a whole: its end, and its signals. One set of listeners for all recorders of this
// copy, removed with the last of them.
import { queueMicrotask } from '../engine/timers.js'
import { ExitHook } from './exit.js'
import { countOfProgram, isListening, isUnlistening, listen, ours, unlisten } from './listeners.js'
import { ignoreSignals, isOfSignals, listenToSignals, tellIfSignal, watchDumpSignals } from './signals.js'
import { all, type Witness, witnesses } from './witnesses.js'

const exit = new ExitHook(() => all(who => who.ended('exit')))

/** @returns a function that ends it */
export function witness(who: Witness): () => void {
	witnesses.add(who)
	checkListeners()
	return () => {
		if (!witnesses.delete(who)) return
		if (witnesses.size === 0) stop()
		else watchDumpSignals()
	}
}

/**
 * Listen again, if the program has removed our listeners with its own. Once a second is enough: a process that ends
 * meanwhile calls `process.reallyExit`, for the most part.
 */
export function checkListeners(): void {
	if (witnesses.size === 0) return
	exit.install()
	add('beforeExit', idle)
	add('uncaughtExceptionMonitor', failed)
	add('removeListener', removed)
	listenToSignals()
}

const idle = ours(() => {
	all(who => who.idle?.())
	exit.near()
})

const failed = ours(() => {
	// Thrown by a listener of `exit`: those behind it are not called.
	if (isExiting() && countOfProgram('uncaughtException') === 0) all(who => who.ended('exit'))
	else {
		all(who => who.uncaught())
		exit.near()
	}
})

function isExiting(): boolean {
	return (process as { _exiting?: boolean })._exiting === true
}

/** A program that calls `process.removeAllListeners()` means its own listeners: it does not know about ours. */
const removed = ours((event: string, listener: unknown): void => {
	if (isUnlistening() || witnesses.size === 0) return
	tellIfSignal(event)
	if (listener !== idle && listener !== failed && !isOfSignals(listener)) return
	all(who => who.survivableSignal())
	queueMicrotask(() => {
		checkListeners()
		all(who => who.settled?.())
	})
})

function stop(): void {
	exit.uninstall()
	ignoreSignals()
	unlisten('removeListener', removed)
	unlisten('beforeExit', idle)
	unlisten('uncaughtExceptionMonitor', failed)
}

function add(name: string, listener: (...args: never[]) => void): void {
	if (!isListening(name, listener)) listen(name, listener)
}
