import { TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { Summary } from '@tsgotrace/trace/summary'
import { Collector } from './collect/collector.js'
import { detailsPerChunk } from './collect/details.js'
import { groupsOf } from './collect/groups.js'
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
	const summary = new Summary()
	const collector = new Collector(most)
	try {
		for await (const batch of slicesOf(trace).batches()) {
			summary.take(batch)
			collector.take(batch)
			onProgress?.()
		}
	} catch (error) {
		// What was read before is worth a look, and the page says where reading stopped.
		if (!(error instanceof TraceReadError)) throw error
	}
	return html(...made(trace, summary, collector, title))
}

function made(trace: TraceReader, summary: Summary, collector: Collector, title: string): [Header, ReturnType<Collector['done']>] {
	const collected = collector.done()
	const { rows, names, columns, omitted } = collected
	const isKnown = Number.isFinite(summary.first)
	const header: Header = {
		title,
		// What is reported when it is over may have begun before the first event.
		begin: columns.start.reduce((least, time) => Math.min(least, time), isKnown ? summary.first : 0),
		end: columns.end.reduce((most, time) => Math.max(most, time), isKnown ? summary.last : 0),
		wallStart: trace.wallStart === null ? null : String(trace.wallStart),
		names,
		rows,
		intervals: columns.start.length,
		groups: groupsOf(collected),
		health: {
			events: [...summary.events.values()].reduce((sum, { recorded }) => sum + recorded, 0),
			losses: [...summary.losses].map(([reason, { events, known }]) => ({ reason, events, known })),
			open: summary.stillOpen,
			unfinished: summary.unfinished,
			unmatched: summary.unmatched,
			damaged: trace.progress.damaged,
			problems: trace.problems.map(({ error }) => `${error.problem} at byte ${error.offset}: ${error.message}`),
			omitted,
		},
		detailsPerChunk,
	}
	return [header, collected]
}
