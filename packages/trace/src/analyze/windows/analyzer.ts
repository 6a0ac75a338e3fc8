import type { SliceKind } from '../../exec.js'
import type { TraceItem, TraceTrack } from '../../read/items.js'
import { Pairing, type TraceBatches } from '../../slices.js'
import { Analysis } from '../facts/analysis.js'
import { Durations } from '../facts/durations.js'
import type { ItemGroup } from '../facts/groups.js'
import type { ReadStatus } from '../facts/quality.js'
import type { AnalysisReport } from '../facts/report.js'
import { distributionOf, reportOf, statesReport } from '../report/build.js'
import { Collected } from './collected.js'
import type { Anomaly, WindowGroup, WindowReport } from './report.js'
import { Unusual } from './unusual.js'

/** Options for windows. */
export interface WindowOptions {
	/** Their width in nanoseconds. Default: a second. */
	readonly width?: number
}

/** Options for {@link windowsOf}. */
export interface WindowsOfOptions extends WindowOptions {
	/** How far items may be from their order, in nanoseconds. Default: 2 seconds. */
	readonly disorder?: number
}

/** An item, and the time of its position. */
interface Waiting {
	time: number
	readonly item: TraceItem
}

const kinds: readonly SliceKind[] = ['task', 'call', 'region', 'slice']
/** A longer time without a window, of a machine that was asleep for instance, is passed over. */
const maxEmpty = 1000

/**
 * Analyses a trace in windows of time, while it is recorded: the same analysis as `Analyzer`, whose report it has too.
 *
 * @example
 * import { WindowAnalyzer } from '@tsgotrace/trace/analyze'
 * import { followTrace, readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const windows = new WindowAnalyzer()
 * 	const trace = readTrace(followTrace(path, { signal: AbortSignal.timeout(60_000), onLook }))
 * 	// A recorder writes at least once a second: nothing that is older follows.
 * 	function onLook(began: number): void {
 * 		if (trace.wallStart === null) return
 * 		const now = Number(BigInt(began) * 1_000_000n - trace.wallStart)
 * 		for (const { end, events } of windows.advance(now - 1.5e9)) console.log(end / 1e9, 's', events)
 * 	}
 * 	for await (const items of trace.batches()) windows.take(items)
 * 	console.log(windows.end().length, windows.report(trace).findings)
 * }
 */
export class WindowAnalyzer {
	readonly #width: number
	readonly #analysis: Analysis
	readonly #pairing = new Pairing()
	readonly #unusual = new Map<ItemGroup, Unusual>()
	#collected = new Collected()
	/** Items of windows that are not over. */
	#waiting: Waiting[] = []
	/** Which of these is analysed next. */
	#next = 0
	/** Begins of slices that are reported when they have ended, by track: they belong to their ends. */
	readonly #begins = new Map<TraceTrack, Waiting>()
	/** The present window: it starts at so many widths. Null before the first item. */
	#index: number | null = null
	#number = 0
	#latest = Number.NEGATIVE_INFINITY

	/** @throws RangeError if the width is not positive */
	constructor({ width = 1e9 }: WindowOptions = {}) {
		if (!(width > 0 && Number.isFinite(width)))
			throw new RangeError(`WindowAnalyzer: the width must be a positive number of nanoseconds, not ${width}`)
		this.#width = width
		this.#analysis = new Analysis(
			open => this.#collected.completed(open),
			undefined,
			(open, failed) => this.#collected.ended(open, open.end!, failed),
		)
	}

	/** Add items, in any order within the windows that are not over. */
	take(items: readonly TraceItem[]): void {
		for (const item of items) {
			// What a recorder reports about itself keeps its position.
			if ('track' in item) this.#take(item)
			else this.#waiting.push({ time: this.#latest, item })
		}
	}

	#take(item: Extract<TraceItem, { readonly track: TraceTrack }>): void {
		const { time, track } = item
		if (item.type === 'begin' && item.began === time) {
			const begin = { time: Number.MAX_VALUE, item }
			this.#begins.set(track, begin)
			this.#waiting.push(begin)
			return
		}
		const begin = this.#begins.get(track)
		if (begin !== undefined) {
			begin.time = time
			this.#begins.delete(track)
		}
		this.#index ??= Math.floor(time / this.#width)
		if (time > this.#latest) this.#latest = time
		if (time < this.#index * this.#width && item.type !== 'sample') this.#collected.late++
		this.#waiting.push({ time, item })
	}

	/**
	 * No item before this time follows, in nanoseconds since the start of the trace.
	 * @returns the windows that are over by then
	 */
	advance(time: number): WindowReport[] {
		if (this.#index === null || time < (this.#index + 1) * this.#width) return []
		this.#sort()
		const reports: WindowReport[] = []
		while ((this.#index + 1) * this.#width <= time) {
			const first = this.#waiting[this.#next]?.time ?? time
			const next = Math.floor(Math.min(time, first) / this.#width)
			if (reports.length >= maxEmpty && next > this.#index) this.#index = next
			else reports.push(this.#window(this.#index++))
		}
		this.#waiting = this.#waiting.slice(this.#next)
		return reports
	}

	/**
	 * The end of the trace.
	 * @returns the remaining windows, the last one without anomalies, because it is usually cut short
	 */
	end(): WindowReport[] {
		const reports = this.advance(this.#latest)
		this.#sort()
		if (this.#index !== null && this.#waiting.length > 0)
			reports.push({ ...this.#window(this.#index, Number.POSITIVE_INFINITY), anomalies: [] })
		this.#waiting = []
		this.#analysis.take(this.#pairing.finish())
		return reports
	}

	/**
	 * What `Analyzer.report` says, after {@link WindowAnalyzer.end}.
	 *
	 * @param trace its reader, for the time of day and for what could not be read
	 */
	report(trace: ReadStatus & { readonly wallStart: bigint | null }): AnalysisReport {
		this.#analysis.end()
		return reportOf(this.#analysis, trace.wallStart, trace)
	}

	#sort(): void {
		this.#waiting.sort((a, b) => a.time - b.time)
		this.#next = 0
	}

	#feed(end: number): void {
		const waiting = this.#waiting
		const from = this.#next
		while (this.#next < waiting.length && waiting[this.#next]!.time < end) this.#next++
		const items = waiting.slice(from, this.#next).map(({ item }) => item)
		for (const item of items) this.#collected.item(item)
		if (items.length > 0) this.#analysis.take(this.#pairing.take(items))
	}

	#window(index: number, until: number = (index + 1) * this.#width): WindowReport {
		this.#feed(until)
		const [start, end] = [index * this.#width, (index + 1) * this.#width]
		const collected = this.#collected
		this.#collected = new Collected()
		const seconds = (end - start) / 1e9
		const groups: WindowGroup[] = []
		const anomalies: Anomaly[] = []
		for (const kind of kinds)
			for (const group of this.#analysis.groups.all(kind)) {
				const { durations, failed, states } = collected.groups.get(group) ?? {
					durations: new Durations(),
					failed: 0,
					states: null,
				}
				let unusual = this.#unusual.get(group)
				if (unusual === undefined) this.#unusual.set(group, (unusual = new Unusual()))
				const { name } = group
				for (const it of unusual.next(durations, failed, seconds)) anomalies.push({ kind, name, ...it })
				if (durations.count === 0 && group.now === 0) continue
				groups.push({
					kind,
					name,
					count: durations.count,
					perSecond: durations.count / seconds,
					wall: distributionOf(durations),
					open: group.now,
					errors: failed,
					states: states === null ? null : statesReport(states),
				})
			}
		const { events, lost, late } = collected
		return {
			number: this.#number++,
			start,
			end,
			events,
			lost,
			late,
			groups: groups.sort((a, b) => b.wall.total - a.wall.total || b.open - a.open),
			threads: collected.threads(),
			anomalies: anomalies.sort((a, b) => Math.abs(b.z) - Math.abs(a.z)),
		}
	}
}

/**
 * A trace in windows of time, each when it is over. Of a damaged or truncated trace: those of the readable part, before
 * the error.
 *
 * @throws like reading
 * @example
 * import { windowsOf } from '@tsgotrace/trace/analyze'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const trace = readTrace(process.argv[2] ?? new Uint8Array())
 * for await (const { start, groups, anomalies } of windowsOf(trace, { width: 10e9 }))
 * 	console.log(start / 1e9, groups[0]?.name, anomalies)
 */
export async function* windowsOf(
	trace: TraceBatches,
	{ disorder = 2e9, ...options }: WindowsOfOptions = {},
): AsyncGenerator<WindowReport, void, undefined> {
	const analyzer = new WindowAnalyzer(options)
	let latest = Number.NEGATIVE_INFINITY
	let failure: { readonly error: unknown } | null = null
	try {
		for await (const items of trace.batches()) {
			analyzer.take(items)
			for (const item of items) if ('track' in item && item.type !== 'sample' && item.time > latest) latest = item.time
			yield* analyzer.advance(latest - disorder)
		}
	} catch (error) {
		failure = { error }
	}
	yield* analyzer.end()
	if (failure !== null) throw failure.error
}
