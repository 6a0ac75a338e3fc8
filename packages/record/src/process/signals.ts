// The signals of the process: those that end it, and those that request a dump.
import { channel } from 'node:diagnostics_channel'
import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { queueMicrotask } from '../engine/timers.js'
import { Before } from './before.js'
import { count, countOfProgram, isListening, isOurs, listen, listenFirst, ours, raise, unlisten } from './listeners.js'
import { all, witnesses } from './witnesses.js'

/** Signals that end a process from outside. nodemon restarts programs with SIGUSR2. */
const fatal = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
/** Signals that request a dump of some recorder. */
const awaited = new Set<NodeJS.Signals>()
/** Signals reach the main thread only. */
const hasSignals = isMainThread && process.platform !== 'win32'

/**
 * For `@tsgotrace/exec`: the signal of which the process learns now. Published before any listener of the program runs.
 */
const signals = channel('tsgotrace.signal')

/** Listen where we do not yet. */
export function listenToSignals(): void {
	if (!hasSignals) return
	ownSignals.install()
	if (isWatched() && !isListening('newListener', added)) listen('newListener', added)
	for (const signal of fatal) if (!isListening(signal, signalled)) listenFirst(signal, signalled)
	watchDumpSignals()
	tellSignals()
}

/** Listen no more. */
export function ignoreSignals(): void {
	ownSignals.uninstall()
	unlisten('newListener', added)
	for (const signal of fatal) unlisten(signal, signalled)
	watchDumpSignals()
}

/** Whether it is a listener that has to be added again if the program removes it. */
export function isOfSignals(listener: unknown): boolean {
	return listener === signalled || listener === added
}

/** A listener was removed. */
export function tellIfSignal(event: string): void {
	if (isFatal(event)) tellSignals()
}

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
	unlisten(signal, signalled)
}

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
	return hasSignals && [...witnesses].some(who => who.signals !== undefined)
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

/** Listen to the signals that request dumps now. */
export function watchDumpSignals(): void {
	if (!hasSignals) return
	const wanted = new Set([...witnesses].flatMap(who => who.dumpRequested?.signal ?? []))
	for (const signal of awaited) {
		if (wanted.has(signal)) continue
		awaited.delete(signal)
		unlisten(signal, requestListener)
	}
	for (const signal of wanted) {
		if (awaited.has(signal)) continue
		awaited.add(signal)
		listenFirst(signal, requestListener)
	}
}

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
	unlisten(signal, listener)
	queueMicrotask(() => {
		if (witnesses.size > 0 && again()) listenFirst(signal, listener)
		tellSignals()
		all(who => who.settled?.())
	})
}
