// Signals that a program does not learn of, because it computes. Alone, it would end at once by a signal to which it does
// not listen; but the recorder listens, and Node calls listeners when the program returns to its event loop.
import { readFileSync } from 'node:fs'
import { type SignalReport, signalReports } from '@tsgotrace/record/launch'

/**
 * Milliseconds after which a signal is sent again. The terminal may have sent it to this process alone; and to who has
 * it already, it makes no difference.
 */
const sendAgainAfter = 300
/** Milliseconds after which a process is ended that is still busy. */
const endAfter = 1000
/** Milliseconds by which the program may have learned earlier of a signal of the terminal than this process, if busy. */
const maxAhead = 5000

/** Ends processes of a program that do not end by a signal, though they would without the recorder. */
export class Unheard {
	readonly #dir: string
	readonly #program: number
	readonly #timers = new Set<NodeJS.Timeout>()
	#enforced: NodeJS.Signals | null = null

	/**
	 * @param dir in which the processes report their signals
	 * @param program the pid of the one that was started
	 */
	constructor(dir: string, program: number) {
		this.#dir = dir
		this.#program = program
	}

	/** The signal by which the program would have ended, if it was ended here. */
	get enforced(): NodeJS.Signals | null {
		return this.#enforced
	}

	/**
	 * A signal is about to be sent to the program.
	 *
	 * @param byTerminal it was sent already, to all processes in the foreground
	 */
	sent(signal: NodeJS.Signals, byTerminal: boolean): void {
		const from = monotonic() - (byTerminal ? maxAhead * 1e6 : 0)
		const receivers = new Set(
			signalReports(this.#dir)
				.filter(({ pid }) => pid === this.#program || (byTerminal && isInForeground(pid)))
				.filter(report => wouldEnd(report, signal, from))
				.map(({ pid }) => pid),
		)
		if (receivers.size === 0) return
		const busy = (): number[] =>
			signalReports(this.#dir)
				.filter(report => receivers.has(report.pid) && wouldEnd(report, signal, from) && !isStopped(report.pid))
				.map(({ pid }) => pid)
		this.#later(sendAgainAfter, () => {
			for (const pid of busy()) send(pid, signal)
		})
		this.#later(endAfter, () => {
			for (const pid of busy()) if (send(pid, 'SIGKILL') && pid === this.#program) this.#enforced = signal
		})
	}

	/** The program has ended. */
	stop(): void {
		for (const timer of this.#timers) clearTimeout(timer)
	}

	#later(ms: number, act: () => void): void {
		this.#timers.add(setTimeout(act, ms))
	}
}

/** Whether the signal ends the process, which has not learned of it since `from`. */
function wouldEnd({ ending, heard }: SignalReport, signal: NodeJS.Signals, from: number): boolean {
	return ending.includes(signal) && (heard[signal] ?? 0) < from
}

/** Nanoseconds of the clock that all processes share. */
function monotonic(): number {
	return Number(process.hrtime.bigint())
}

function send(pid: number, signal: NodeJS.Signals): boolean {
	try {
		return process.kill(pid, signal)
	} catch {
		// It has ended.
		return false
	}
}

/** Whether the terminal sends it what it sends this process. Known on Linux only. */
function isInForeground(pid: number): boolean {
	const group = stat(pid)?.group
	return group !== undefined && group === stat(process.pid)?.group
}

/** Whether it gets no signal until it continues. Known on Linux only. */
function isStopped(pid: number): boolean {
	return stat(pid)?.state === 'T'
}

function stat(pid: number): { readonly state: string; readonly group: string } | null {
	try {
		// The fields follow the name, which may have spaces and parentheses.
		const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')
		return { state: state!, group: group! }
	} catch {
		return null
	}
}
