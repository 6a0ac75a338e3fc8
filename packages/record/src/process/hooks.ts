// What happens to the process as a whole: its end, and its signals. One set of listeners for all recorders of this
// copy, removed with the last of them.
import { channel } from 'node:diagnostics_channel'
import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { queueMicrotask } from '../engine/timers.js'
import { Before } from './before.js'
import { ExitHook } from './exit.js'
import { count, countOfProgram, isListening, isOurs, listen, listenFirst, ours, raise, unlisten } from './listeners.js'

export interface Witness {
	/** The process ends: last chance, synchronous. */
	ended(reason: string): void
	/**
	 * The process may end without notice, for instance while the program handles a signal. Data in memory, and all data
	 * that follows, must be written safely now.
	 */
	survivableSignal(): void
	/** The process continues, for now. */
	settled?(): void
	/** An uncaught error. The process may or may not survive it. */
	uncaught(): void
	/** Nothing is left to do for the process, but it could still do something. */
	readonly idle?: (() => void) | undefined
	/**
	 * For who watches from outside: `ending` are the signals that end the process, as the program does not listen to them.
	 * Called when that has changed, and when the thread learns of a signal, `heard`, before anything is done about it.
	 */
	readonly signals?: ((ending: readonly NodeJS.Signals[], heard: NodeJS.Signals | null) => void) | undefined
	/** A signal that requests a dump, and the function that takes it. If absent, signals keep their usual meaning. */
	readonly dumpRequested?: { readonly signal: NodeJS.Signals; take(): void } | undefined
}

/** Signals that end a process from outside. nodemon restarts programs with SIGUSR2. */
const fatal = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
const witnesses = new Set<Witness>()
const exit = new ExitHook(() => all(who => who.ended('exit')))
/** Signals that request a dump of some recorder. */
const awaited = new Set<NodeJS.Signals>()

/** @returns a function that ends it */
export function witness(who: Witness): () => void {
	if (witnesses.size === 0) start()
	witnesses.add(who)
	watchDumpSignals()
	checkListeners()
	return () => {
		if (!witnesses.delete(who)) return
		watchDumpSignals()
		if (witnesses.size === 0) stop()
	}
}

/**
 * Listen again, if the program has removed our listeners with its own. Once a second is enough: a process that ends
 * meanwhile calls `process.reallyExit`, for the most part.
 */
export function checkListeners(): void {
	if (witnesses.size === 0) return
	start()
	tellSignals()
}

function all(notify: (who: Witness) => void): void {
	// Each may remove itself.
	for (const who of witnesses) notify(who)
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

/** Whether this module itself is removing a listener. */
let removing = false

/** A program that calls `process.removeAllListeners()` means its own listeners: it does not know about ours. */
const removed = ours((event: string, listener: unknown): void => {
	if (removing || witnesses.size === 0) return
	if (isFatal(event)) tellSignals()
	if (listener !== idle && listener !== failed && listener !== signalled && listener !== added) return
	all(who => who.survivableSignal())
	queueMicrotask(() => {
		checkListeners()
		all(who => who.settled?.())
	})
})

/** The program is about to listen to a signal. */
const added = ours((event: string, listener: NodeJS.SignalsListener): void => {
	if (isFatal(event) && !isOurs(listener)) tellSignals({ taken: event })
})

function isFatal(event: string): boolean {
	return (fatal as readonly string[]).includes(event)
}

/** @param taken a signal that the program listens to from now on */
function tellSignals({ heard = null, taken }: { heard?: NodeJS.Signals | null; taken?: string } = {}): void {
	if (!isWatched()) return
	const ending = fatal.filter(name => name !== taken && isListening(name, signalled) && endsProcess(name))
	all(who => who.signals?.(ending, heard))
}

function isWatched(): boolean {
	return isMainThread && [...witnesses].some(who => who.signals !== undefined)
}

/**
 * For `@tsgotrace/exec`: the signal of which the process learns now. Published before any listener of the program runs.
 */
const signals = channel('tsgotrace.signal')

const signalled = ours((signal: NodeJS.Signals): void => {
	tellSignals({ heard: signal })
	signals.publish(signal)
	if (isListening(signal, requestListener)) return
	// A listener prevents the signal from ending the process. If all listeners are ours, we must end the process, by the
	// same signal, so that the exit status is unchanged.
	if (countOfProgram(signal) > 0) {
		all(who => who.survivableSignal())
		stepAside(signal, signalled)
		return
	}
	// The first process of a container: the system sends it no signal that only has its default effect.
	if (process.pid === 1) return
	endBy(signal)
	// Another copy of the recorder may still have to write.
	if (count(signal) === 0) raise(signal)
})

/**
 * A signal that the process sends itself ends it there and then, unless something listens. Our listener would be called
 * later, when the program has gone on, or not at all.
 */
const ownSignals = new Before('_kill', (pid, number) => {
	if (Number(pid) !== process.pid && Number(pid) !== 0) return
	const signal = fatal.find(name => constants.signals[name] === number)
	if (signal !== undefined && endsProcess(signal)) endBy(signal)
})

/** Whether the signal ends the process: the program does not listen to it, nor does it request a dump. */
function endsProcess(signal: NodeJS.Signals): boolean {
	return process.pid !== 1 && countOfProgram(signal) === 0 && !isListening(signal, requestListener)
}

function endBy(signal: NodeJS.Signals): void {
	all(who => who.ended(`signal ${signal}`))
	remove(signal, signalled)
}

/**
 * Takes the dump. If the program has a listener for the signal too, the signal belongs to the program, and this
 * listener only observes it.
 */
const requestListener = ours((signal: NodeJS.Signals): void => {
	signals.publish(signal)
	all(who => {
		if (who.dumpRequested?.signal === signal) who.dumpRequested.take()
	})
	// If it is one that listens once, it may want the signal to end the process the next time.
	if (countOfProgram(signal) > 0) stepAside(signal, requestListener, () => countOfProgram(signal) > 0)
})

/**
 * Libraries such as signal-exit end the process if no listener but their own is there. They must not see ours, nor ours
 * theirs alone.
 *
 * @param again whether to listen again when the listeners of the program have run
 */
function stepAside(
	signal: NodeJS.Signals,
	listener: (signal: NodeJS.Signals) => void,
	again: () => boolean = () => true,
): void {
	remove(signal, listener)
	queueMicrotask(() => {
		if (witnesses.size > 0 && again()) listenFirst(signal, listener)
		tellSignals()
		all(who => who.settled?.())
	})
}

function start(): void {
	exit.install()
	add('beforeExit', idle)
	add('uncaughtExceptionMonitor', failed)
	add('removeListener', removed)
	// Signals reach the main thread only.
	if (!isMainThread || process.platform === 'win32') return
	ownSignals.install()
	if (isWatched()) add('newListener', added)
	for (const signal of fatal) if (!isListening(signal, signalled)) listenFirst(signal, signalled)
}

function stop(): void {
	exit.uninstall()
	ownSignals.uninstall()
	remove('removeListener', removed)
	remove('newListener', added)
	remove('beforeExit', idle)
	remove('uncaughtExceptionMonitor', failed)
	for (const signal of fatal) remove(signal, signalled)
}

function watchDumpSignals(): void {
	if (!isMainThread || process.platform === 'win32') return
	const wanted = new Set([...witnesses].flatMap(who => who.dumpRequested?.signal ?? []))
	for (const signal of awaited) {
		if (wanted.has(signal)) continue
		awaited.delete(signal)
		remove(signal, requestListener)
	}
	for (const signal of wanted) {
		if (awaited.has(signal)) continue
		awaited.add(signal)
		listenFirst(signal, requestListener)
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
