// Analyses what a trace shows about its program.
import { type SliceBatch, slicesOf, type TraceBatches } from '../slices.js'
import type { RunGroups } from './diff/index.js'
import { runOf } from './diff/run.js'
import { Analysis } from './facts/analysis.js'
import type { ReadStatus } from './facts/quality.js'
import type { AnalysisReport } from './facts/report.js'
import { reportOf } from './report/build.js'

export {
	type Cause,
	type CompareOptions,
	type Comparison,
	compare,
	type GroupDifference,
	type RunGroups,
} from './diff/index.js'
export type {
	AnalysisReport,
	CostReport,
	Distribution,
	ErrorReport,
	EvidenceLevel,
	Finding,
	GroupReport,
	QualityReport,
	SiteReport,
	TaskReport,
	TaskStates,
	ThreadReport,
} from './facts/report.js'
export { PathFinder, type PathStep, type TaskChoice, type TaskPath, taskQuantile } from './path.js'
export { ChosenTasks, tasksWhere } from './where.js'
export { WindowAnalyzer, type WindowOptions, type WindowsOfOptions, windowsOf } from './windows/analyzer.js'
export type { Anomaly, WindowGroup, WindowReport, WindowThread } from './windows/report.js'

/** Analyses a trace in batches. {@link analyze} analyses a whole one. */
export class Analyzer {
	readonly #analysis = new Analysis()

	/** Add the next batch: those of `slicesOf(trace)`, to the last one. */
	take(batch: SliceBatch): void {
		this.#analysis.take(batch)
	}

	/** What {@link compare} takes. */
	run(): RunGroups {
		return runOf(this.#analysis)
	}

	/**
	 * The result.
	 *
	 * @param trace its reader, for the time of day and for what could not be read
	 */
	report(trace: ReadStatus & { readonly wallStart: bigint | null }): AnalysisReport {
		this.#analysis.end()
		return this.reportSoFar(trace)
	}

	/**
	 * The result of what was taken so far; more may be taken after it. States of tasks that have just ended may be
	 * missing, as those are reported later.
	 *
	 * @param trace as for {@link Analyzer.report}
	 */
	reportSoFar(trace: ReadStatus & { readonly wallStart: bigint | null }): AnalysisReport {
		return reportOf(this.#analysis, trace.wallStart, trace)
	}
}

/**
 * Analyse a whole trace, in one pass: of a damaged or truncated one, the readable part.
 *
 * @throws like the reader, except for a trace that ends too early
 * @example
 * import { analyze } from '@tsgotrace/trace/analyze'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const { tasks, findings } = await analyze(readTrace(process.argv[2] ?? new Uint8Array()))
 * for (const { name, count, wall } of tasks) console.log(name, count, wall.p99 / 1e6, 'ms')
 * for (const { level, text } of findings) console.log(level, text)
 */
export async function analyze(trace: TraceBatches & ReadStatus): Promise<AnalysisReport> {
	const analyzer = new Analyzer()
	try {
		for await (const batch of slicesOf(trace).batches()) analyzer.take(batch)
	} catch (error) {
		// Its position is among `problems`, and so in the report.
		if (!(error instanceof Error && error.name === 'TraceReadError' && (trace.problems?.length ?? 0) > 0)) throw error
	}
	return analyzer.report(trace)
}
