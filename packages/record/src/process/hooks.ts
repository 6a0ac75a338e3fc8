// What happens to the process as a whole: its end, and its signals. One set of listeners for all recorders of this copy, removed with the last of them.
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { queueMicrotask } from '../engine/timers.js'
import { ExitHook } from './exit.js'
import { count, countOfProgram, isListening, listen, listenFirst, ours, raise, unlisten } from './listeners.js'

export interface Witness {
	/** The process ends: last chance, synchronous. */
	ended(reason: string): void
	/** The process may end without notice, as while the program handles a signal: what is in memory should be safe, and what comes from now on. */
	shaken(): void
	/** It goes on, for now. */
	settled?(): void
	/** An error was not caught. The process may or may not survive it. */
	uncaught(): void
	/** Nothing is left to do for the process, but it could still do something. */
	readonly idle?: (() => void) | undefined
	/** A signal that asks for something. Absent for those who do not care: signals then keep their meaning. */
	readonly asked?: { readonly signal: NodeJS.Signals; take(): void } | undefined
}

/** Those that end a process for no fault of its own; SIGUSR2 is what nodemon restarts it with. */
const fatal = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
const witnesses = new Set<Witness>()
const exit = new ExitHook(() => all(who => who.ended('exit')))
/** Signals that somebody waits for. */
const awaited = new Set<NodeJS.Signals>()

/** @returns a function that ends it */
export function witness(who: Witness): () => void {
	if (witnesses.size === 0) start()
	witnesses.add(who)
	watchAsked()
	return () => {
		if (!witnesses.delete(who)) return
		watchAsked()
		if (witnesses.size === 0) stop()
	}
}

/** Listen again, if the program has removed our listeners with its own. Once a second is enough: a process that ends meanwhile calls `process.reallyExit`, for the most part. */
export function checkListeners(): void {
	if (witnesses.size > 0) start()
}

function all(tell: (who: Witness) => void): void {
	// Each may remove itself.
	for (const who of witnesses) tell(who)
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

/** Whether it is us who remove a listener. */
let removing = false

/** `process.removeAllListeners()` means the program's own, for which it knows of no others. */
const removed = ours((_: string, listener: unknown): void => {
	if (removing || witnesses.size === 0 || (listener !== idle && listener !== failed && listener !== signalled)) return
	all(who => who.shaken())
	queueMicrotask(() => {
		checkListeners()
		all(who => who.settled?.())
	})
})

const signalled = ours((signal: NodeJS.Signals): void => {
	if (isListening(signal, asked)) return
	// A listener alone keeps the signal from ending the process. If there are only ours, the end is ours to bring about: by the same signal, so that the
	// exit status is what it would have been.
	if (countOfProgram(signal) > 0) {
		all(who => who.shaken())
		stepAside(signal, signalled)
		return
	}
	// The first process of a container: the system sends it no signal that only has its default effect.
	if (process.pid === 1) return
	all(who => who.ended(`signal ${signal}`))
	remove(signal, signalled)
	// Another copy of the recorder may still have to write.
	if (count(signal) === 0) raise(signal)
})

/** The program has a listener: the signal is its own, and ours just looks on. */
const asked = ours((signal: NodeJS.Signals): void => {
	all(who => {
		if (who.asked?.signal === signal) who.asked.take()
	})
	// If it is one that listens once, it may want the signal to end the process the next time.
	if (countOfProgram(signal) > 0) stepAside(signal, asked, () => countOfProgram(signal) > 0)
})

/**
 * Libraries such as signal-exit end the process if no listener but their own is there. They must not see ours, nor ours theirs alone.
 *
 * @param again whether to listen again when the listeners of the program have run
 */
function stepAside(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void, again: () => boolean = () => true): void {
	remove(signal, listener)
	queueMicrotask(() => {
		if (witnesses.size > 0 && again()) listenFirst(signal, listener)
		all(who => who.settled?.())
	})
}

function start(): void {
	exit.install()
	add('beforeExit', idle)
	add('uncaughtExceptionMonitor', failed)
	add('removeListener', removed)
	// Signals reach the main thread only.
	if (isMainThread && process.platform !== 'win32')
		for (const signal of fatal) if (!isListening(signal, signalled)) listenFirst(signal, signalled)
}

function stop(): void {
	exit.uninstall()
	remove('removeListener', removed)
	remove('beforeExit', idle)
	remove('uncaughtExceptionMonitor', failed)
	for (const signal of fatal) remove(signal, signalled)
}

function watchAsked(): void {
	if (!isMainThread || process.platform === 'win32') return
	const wanted = new Set([...witnesses].flatMap(who => who.asked?.signal ?? []))
	for (const signal of awaited) {
		if (wanted.has(signal)) continue
		awaited.delete(signal)
		remove(signal, asked)
	}
	for (const signal of wanted) {
		if (awaited.has(signal)) continue
		awaited.add(signal)
		listenFirst(signal, asked)
	}
}

function add(name: string, listener: (...args: never[]) => void): void {
	if (!isListening(name, listener)) listen(name, listener)
}

function remove(name: string, listener: (...args: never[]) => void): void {
	removing = true
	unlisten(name, listener)
	removing = false
}
