import { monotonicOf, now } from '../engine/clock.js'
import { InPlace } from './inplace.js'

/**
 * What the main thread of a process tells of signals, to the process that started the program. A listener runs when the
 * program returns to its event loop. If it computes for long, it seems to ignore a signal that would have ended it at
 * once without the recorder's listener; then the other process ends it.
 */
export interface SignalReport {
	readonly pid: number
	/** The signals that end the process, as the program itself does not listen to them. */
	readonly ending: readonly NodeJS.Signals[]
	/** When the thread last learned of a signal, in nanoseconds of MONOTONIC. */
	readonly heard: Readonly<Record<string, number>>
}

export const signalsExtension = '.signals'
/** An upper bound for a report. */
const maxLength = 512

const { stringify } = JSON

/** The file in which they are reported. */
export class SignalReportFile {
	readonly #file: InPlace
	readonly #heard: Record<string, number> = {}
	#last = ''
	#ended = false

	constructor(path: string) {
		this.#file = new InPlace(path, maxLength)
	}

	/** @param heard a signal of which the thread learns now */
	write(ending: readonly NodeJS.Signals[], heard: NodeJS.Signals | null): void {
		if (this.#ended) return
		if (heard !== null) this.#heard[heard] = monotonicOf(now())
		const text = stringify({ pid: process.pid, ending, heard: this.#heard } satisfies SignalReport)
		if (text === this.#last) return
		this.#last = text
		try {
			this.#file.write(text)
		} catch {
			// The directory was removed, or the disk is full.
		}
	}

	/** The process ends, and needs nobody for it. */
	end(): void {
		this.write([], null)
		this.#ended = true
	}
}
