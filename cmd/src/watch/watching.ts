import { type Anomaly, WindowAnalyzer, type WindowReport } from '@tsgotrace/trace/analyze'
import { followTrace, readTrace, type TraceReader } from '@tsgotrace/trace/read'
import { Panel } from './panel.js'
import { anomalyText, windowLine, windowLines } from './text.js'

/** A recorder writes at least once a second, unless its thread is blocked: what it emitted before has been written. */
const written = 1500e6
const maxKept = 5

/**
 * Analyses a recording while it is written, in windows, and shows each on standard error: in a panel of the terminal,
 * or as a line in a pipe.
 */
export class Watching {
	readonly #end = new AbortController()
	readonly #windows: WindowAnalyzer
	readonly #panel: Panel | null
	readonly #reader: TraceReader
	readonly #done: Promise<void>
	readonly #anomalies: { readonly at: number; readonly anomaly: Anomaly }[] = []
	#unusual = 0

	/**
	 * @param directory where threads leave their parts
	 * @param width of a window, in milliseconds
	 */
	constructor(directory: string, width: number) {
		this.#windows = new WindowAnalyzer({ width: width * 1e6 })
		this.#panel = process.stderr.isTTY ? new Panel(process.stderr) : null
		this.#reader = readTrace(followTrace(directory, { signal: this.#end.signal, onLook: began => this.#look(began) }))
		this.#done = this.#read()
	}

	/** The program has ended: analyses what is left. @returns what was unusual, as lines to print */
	async end(): Promise<string[]> {
		this.#end.abort()
		await this.#done
		this.#panel?.end()
		const more = this.#unusual - this.#anomalies.length
		return [
			...this.#anomalies.map(({ at, anomaly }) => `${(at / 1e9).toFixed(0)} s: ${anomalyText(anomaly)}`),
			...(more > 0 ? [`and ${more} more that were unusual`] : []),
		]
	}

	async #read(): Promise<void> {
		try {
			for await (const items of this.#reader.batches()) this.#windows.take(items)
		} catch (error) {
			// The recording itself is not affected, and the end of it is reported as without this.
			process.stderr.write(`tsgotrace: watching ended: ${(error as Error).message}\n`)
		}
		for (const window of this.#windows.end()) this.#show(window, 0)
	}

	/** All that was written before `began` has been taken. */
	#look(began: number): void {
		const now = this.#now(began)
		if (now === null) return
		const windows = this.#windows.advance(now - written)
		for (const window of windows) this.#show(window, (this.#now(Date.now()) ?? now) - window.end)
	}

	/** A time of day as time of the trace. */
	#now(ms: number): number | null {
		const { wallStart } = this.#reader
		return wallStart === null ? null : Number(BigInt(ms) * 1_000_000n - wallStart)
	}

	#show(window: WindowReport, age: number): void {
		for (const anomaly of window.anomalies) {
			// Of what lasts, the first window.
			if (anomaly.windows > 1) continue
			this.#unusual++
			if (this.#anomalies.length < maxKept) this.#anomalies.push({ at: window.start, anomaly })
		}
		if (this.#panel === null) {
			process.stderr.write(`tsgotrace: ${windowLine(window)}\n`)
			return
		}
		const behind = age > 2 * written + (window.end - window.start) ? age / 1e9 : 0
		this.#panel.show(windowLines(window, { behind }, process.stderr.columns - 1, this.#panel.lines))
	}
}
