import type { PartReport } from '@tsgotrace/record/launch'
import { bytes as bytesText, count, rate as rateText } from './format.js'

/** Sums over all threads. */
export interface Totals {
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	readonly bytes: number
}

export function totals(reports: readonly PartReport[]): Totals {
	const sum = (key: keyof Totals): number => reports.reduce((all, report) => all + report[key], 0)
	return { recorded: sum('recorded'), sampledOut: sum('sampledOut'), dropped: sum('dropped'), bytes: sum('bytes') }
}

/** A progress line of the recording. On a terminal only: in a pipe it would be noise. */
export class Live {
	readonly #timer: NodeJS.Timeout | undefined
	#before = 0
	#shown = false

	constructor(reports: () => readonly PartReport[]) {
		if (!process.stderr.isTTY) return
		let last = performance.now()
		this.#timer = setInterval(() => {
			const now = performance.now()
			this.#show(totals(reports()), (now - last) / 1000)
			last = now
		}, 1000)
	}

	end(): void {
		clearInterval(this.#timer)
		if (this.#shown) process.stderr.write('\r\u001B[K')
	}

	#show({ recorded, dropped, bytes }: Totals, seconds: number): void {
		const rate = Math.max(0, recorded - this.#before) / seconds
		this.#before = recorded
		this.#shown = true
		// The cursor returns to the start of the line, so that output of the program overwrites it.
		process.stderr.write(`\r\u001B[K${rateText(rate)} events/s, ${bytesText(bytes)}, ${count(dropped)} dropped\r`)
	}
}
