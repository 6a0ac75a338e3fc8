import { Analyzer } from '@tsgotrace/trace/analyze'
import { TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { Collector } from './collect/collector.js'
import { detailsPerChunk } from './collect/details.js'
import type { Header } from './data/header.js'
import { html } from './html.js'

/** How a page is made. */
export interface PageOptions {
	/** Shown at the top, such as the name of the file. */
	readonly title?: string
	/** So many slices and instants are in the page at most; what ends later is counted as left out. Default 5,000,000. */
	readonly most?: number
	/** Called after each batch. */
	readonly onProgress?: () => void
}

/**
 * A page that shows a trace: the parts of one HTML file that needs no server and no network.
 *
 * Holds some 40 bytes for each slice and instant until it is written. The page and `problems` of the reader say what could not be read.
 *
 * @param trace what `readTrace` of `@tsgotrace/trace/read` returns
 * @example
 * import { writeFileSync } from 'node:fs'
 * import { readTrace } from '@tsgotrace/trace/read'
 * import { page } from '@tsgotrace/view'
 * writeFileSync('report.html', [...(await page(readTrace('out.perfetto-trace'), { title: 'out' }))].join(''))
 */
export async function page(
	trace: TraceReader,
	{ title = 'trace', most = 5_000_000, onProgress }: PageOptions = {},
): Promise<Iterable<string>> {
	const analyzer = new Analyzer()
	const collector = new Collector(most)
	try {
		for await (const batch of slicesOf(trace).batches()) {
			analyzer.take(batch)
			collector.take(batch)
			onProgress?.()
		}
	} catch (error) {
		// What was read before is worth a look, and the page says where reading stopped.
		if (!(error instanceof TraceReadError)) throw error
	}
	const collected = collector.done()
	const { rows, names, columns, omitted } = collected
	const report = analyzer.report(trace)
	const { from, to } = report.window
	const header: Header = {
		title,
		// What is reported when it is over may have begun before the first event; long before, it would only push all else aside.
		begin: Math.max(
			columns.start.reduce((least, time) => Math.min(least, time), from),
			from - (to - from) / 10,
		),
		end: columns.end.reduce((most, time) => Math.max(most, time), to),
		names,
		rows,
		intervals: columns.start.length,
		omitted,
		problems: trace.problems.map(({ error }) => `${error.problem} at byte ${error.offset}: ${error.message}`),
		detailsPerChunk,
		report,
	}
	return html(header, collected)
}
