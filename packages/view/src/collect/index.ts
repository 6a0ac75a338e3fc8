import { type AnalysisReport, Analyzer } from '@tsgotrace/trace/analyze'
import { TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import type { Header } from '../data/header.js'
import { type CollectedPage, Collector } from './collector.js'
import { detailsPerChunk, type Pack } from './details.js'

/** Maximum number of slices and instants in a page. */
export const defaultMaxIntervals = 5_000_000

/** How a trace is read for a page. */
export interface CollectOptions {
	readonly title: string
	readonly maxIntervals: number
	readonly pack: Pack
	/** Called after each batch. */
	readonly onProgress?: (() => void) | undefined
}

/** Read a whole trace, in Node or in a page; of a damaged one, the readable part. */
export async function collect(
	trace: TraceReader,
	{ title, maxIntervals, pack, onProgress }: CollectOptions,
): Promise<{ readonly header: Header; readonly collected: CollectedPage }> {
	const analyzer = new Analyzer()
	const collector = new Collector(maxIntervals, pack)
	try {
		for await (const batch of slicesOf(trace).batches()) {
			analyzer.take(batch)
			collector.take(batch)
			onProgress?.()
		}
	} catch (error) {
		// What was read before is useful, and the page says where reading stopped.
		if (!(error instanceof TraceReadError)) throw error
	}
	const collected = collector.done()
	return { header: headerOf(title, collected, analyzer.report(trace), trace), collected }
}

/** What a page has at once, besides its columns. */
export function headerOf(
	title: string,
	collected: CollectedPage,
	report: AnalysisReport,
	{ problems }: TraceReader,
): Header {
	const { rows, names, columns, omitted, siteNames, frames } = collected
	const { from, to } = report.window
	return {
		title,
		// Slices that are reported after they ended may have begun before the first event. If that is long before, they
		// would compress everything else.
		begin: Math.max(
			columns.start.reduce((least, time) => Math.min(least, time), from),
			from - (to - from) / 10,
		),
		end: columns.end.reduce((latest, time) => Math.max(latest, time), to),
		names,
		rows,
		intervals: columns.start.length,
		omitted,
		siteNames,
		frames,
		problems: problems.map(({ error }) => textOf(error)),
		detailsPerChunk,
		report,
	}
}

/** A file that is not a trace is not one from its first byte on, and its message says what it is. */
function textOf({ problem, offset, message }: TraceReadError): string {
	return problem === 'foreign' ? message : `${problem} at byte ${offset}: ${message}`
}
