import { gzipSync } from 'node:zlib'
import type { TraceReader } from '@tsgotrace/trace/read'
import { collect, defaultMaxIntervals } from './collect/index.js'
import { html } from './html.js'

export { type GrowingOptions, GrowingPage } from './growing.js'

/** How a page is made. */
export interface PageOptions {
	/** Shown at the top, such as the name of the file. */
	readonly title?: string
	/**
	 * Maximum number of slices and instants in the page; those that end later are counted as left out. Default 5,000,000.
	 */
	readonly maxIntervals?: number
	/** The bytes of the trace file, to be embedded: the page can then hand the file over to Perfetto, or save it. */
	readonly trace?: Uint8Array
	/** Called after each batch. */
	readonly onProgress?: () => void
}

/**
 * A page that shows a trace: the parts of one HTML file that needs no server and no network.
 *
 * Uses about 40 bytes of memory for each slice and instant until the page is written. The page and `problems` of the
 * reader say what could not be read.
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
	{ title = 'trace', maxIntervals = defaultMaxIntervals, onProgress, trace: bytes }: PageOptions = {},
): Promise<Iterable<string>> {
	const { header, collected } = await collect(trace, {
		title,
		maxIntervals,
		onProgress,
		pack: text => gzipSync(text, { level: 1 }),
	})
	return html({ header, collected, trace: bytes })
}

/** The page without a trace: it shows the file that is dropped onto it or chosen in it. */
export function emptyPage(): Iterable<string> {
	return html(null)
}
