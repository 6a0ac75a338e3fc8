import { gzipSync } from 'node:zlib'
import { Analyzer } from '@tsgotrace/trace/analyze'
import { TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { Pairing, type SliceBatch } from '@tsgotrace/trace/slices'
import { Collector } from './collect/collector.js'
import { defaultMaxIntervals, headerOf } from './collect/index.js'
import { html } from './html.js'

/** How the page of a growing trace is made. */
export interface GrowingOptions {
	/** Shown at the top. */
	readonly title?: string
	/** Maximum number of slices and instants in the page. Default 5,000,000. */
	readonly maxIntervals?: number
}

/**
 * The page of a trace that is still written: it is read once, and a page can be made at any time, with the slices that
 * are open.
 *
 * Numbers of what has just ended may lack what its threads report later; those of {@link page} do not.
 *
 * @example
 * import { writeFileSync } from 'node:fs'
 * import { followTrace, readTrace } from '@tsgotrace/trace/read'
 * import { GrowingPage } from '@tsgotrace/view'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const growing = new GrowingPage(readTrace(followTrace(path, { signal: AbortSignal.timeout(5_000) })), { title: path })
 * 	await growing.read()
 * 	writeFileSync('report.html', [...growing.page()].join(''))
 * }
 */
export class GrowingPage {
	/** How many items were read so far. */
	items = 0
	readonly #trace: TraceReader
	readonly #title: string
	readonly #pairing = new Pairing()
	readonly #analyzer = new Analyzer()
	readonly #collector: Collector
	#latest = 0
	#ended = false

	/** @param trace what `readTrace` returns, of `followTrace` */
	constructor(trace: TraceReader, { title = 'trace', maxIntervals = defaultMaxIntervals }: GrowingOptions = {}) {
		this.#trace = trace
		this.#title = title
		this.#collector = new Collector(maxIntervals, text => gzipSync(text, { level: 1 }))
	}

	/** Read until the trace ends; of a damaged one, what comes before the damage, which the page names. */
	async read(): Promise<void> {
		try {
			for await (const items of this.#trace.batches()) {
				for (const item of items) if ('track' in item && item.time > this.#latest) this.#latest = item.time
				this.items += items.length
				this.#take(this.#pairing.take(items))
			}
		} catch (error) {
			if (!(error instanceof TraceReadError)) throw error
		}
		this.#take(this.#pairing.finish())
		this.#ended = true
	}

	/** The page of what was read by now. */
	page(): Iterable<string> {
		const collected = this.#ended
			? this.#collector.done()
			: this.#collector.snapshot(this.#pairing.unended(), this.#latest)
		const report = this.#ended ? this.#analyzer.report(this.#trace) : this.#analyzer.reportSoFar(this.#trace)
		const header = headerOf(this.#title, collected, report, this.#trace)
		return html({ header, collected, trace: undefined })
	}

	#take(batch: SliceBatch): void {
		this.#analyzer.take(batch)
		this.#collector.take(batch)
	}
}
