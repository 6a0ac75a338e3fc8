/// <reference lib="esnext.disposable" preserve="true" />
import '../index.js'
import { type Recorder, type RecorderStats, record } from '@tsgotrace/record'
import { setSampling } from '../admission/admit.js'
import type { TaskSampling } from '../admission/rules.js'
import { configureCpu, intervalOf } from '../cpu/options.js'
import { type EventGroup, recordingGlobs } from '../globs.js'
import { fetchSamples } from '../profiler/consumers.js'
import { shared } from '../realm.js'
import { keepBudget, reportFollowCost } from '../sampling/keep.js'
import { configureStates } from '../states/options.js'
import { checkTraceOptions, type TraceOptions } from './options.js'
import { watch } from './triggers.js'

/** The trace that runs in this thread, started by any copy of the package. */
const present = shared('trace', (): { to: string | null } => ({ to: null }))

/** A trace already runs in this thread. */
export class TraceRunsError extends Error {
	override readonly name = 'TraceRunsError'
}

/** A recording of the execution in progress, made by {@link startTrace}. */
export class Trace implements Disposable {
	readonly #recorder: Recorder
	readonly #unwatch: () => void
	readonly #ends: (() => void)[] = []
	#stopped = false

	/** Use {@link startTrace}. */
	constructor({
		tasks = true,
		states = false,
		wakes = false,
		stalls = false,
		cpu = false,
		gc = true,
		heap = true,
		loop = true,
		sampleTasks,
		budget,
		to,
		events,
		...rest
	}: TraceOptions) {
		const leftOut: EventGroup[] = []
		for (const [group, isOn] of Object.entries({ tasks, states, wakes, stalls, cpu, gc, heap, loop }))
			if (isOn === false) leftOut.push(group as EventGroup)
		// Before the hooks are installed.
		if (states !== false) configureStates({ level: states })
		if (cpu !== false) configureCpu(intervalOf(cpu))
		const options = { ...rest, events: recordingGlobs(events, leftOut) }
		const sample = (): void => {
			if (sampleTasks !== undefined) setSampling(sampleTasks, 'startTrace')
			if (budget !== undefined) this.#ends.push(keepBudget(budget, states !== false))
			this.#ends.push(() => setSampling(true, 'the trace has ended'))
		}
		if (typeof to !== 'object') {
			this.#recorder = record({ ...options, to })
			this.#unwatch = () => {}
			sample()
			return
		}
		const { slowTask: _, loopDelay: __, ...ring } = to
		const recorder = record({ ...options, to: ring })
		this.#recorder = recorder
		sample()
		const failed = (error: unknown): void => {
			const what = error instanceof Error ? error : new Error(String(error))
			if (rest.onError !== undefined) rest.onError(what)
			else process.emitWarning(`a dump of the trace could not be written: ${what.message}`, 'TraceRecordWarning')
		}
		this.#unwatch = watch(to, () => void recorder.dump().catch(failed))
	}

	/** Counts so far, by event and in total. */
	get stats(): RecorderStats {
		return this.#recorder.stats
	}

	/**
	 * Choose which tasks are recorded, from the next one that begins.
	 *
	 * @throws TypeError, RangeError for an invalid rule
	 */
	sampleTasks(rule: TaskSampling): void {
		setSampling(rule, 'changed')
	}

	/** Write the buffer now, instead of within a second. Does nothing for rings, see {@link dump}. */
	flush(): void {
		fetchSamples()
		this.#recorder.flush()
	}

	/**
	 * Rings: write the current content to a file; the ring goes on.
	 * @returns the path, once the file is complete
	 * @throws if this is not a ring, or the file cannot be written
	 */
	async dump(to?: string): Promise<string> {
		fetchSamples()
		return this.#recorder.dump(to)
	}

	/**
	 * Remove all hooks, write the buffer, close the file. Calling it again does nothing.
	 * @throws if called under the tracing lock
	 */
	stop(): void {
		if (this.#stopped) return
		this.#unwatch()
		// Nothing hears of them when the recorder has detached.
		fetchSamples()
		reportFollowCost()
		this.#recorder.stop()
		for (const end of this.#ends) end()
		this.#stopped = true
		present.to = null
	}

	[Symbol.dispose](): void {
		this.stop()
	}
}

/**
 * Record the execution of this thread, with the trace events of the program: tasks, garbage collections, event loop,
 * memory; until {@link Trace.stop} or the end of the process.
 *
 * @returns the trace; `using trace = startTrace(…)` stops it at the end of the block
 * @throws TypeError, RangeError for invalid options; Error if a trace already runs in this thread, or if this Node does
 * not support an option
 * @example
 * import { startTrace } from '@tsgotrace/exec/control'
 * const trace = startTrace({ to: 'out.perfetto-trace', heap: false })
 * trace.stop()
 */
export function startTrace(options: TraceOptions): Trace {
	checkTraceOptions(options)
	if (present.to !== null)
		throw new TraceRunsError(
			`startTrace: a trace already runs, to ${present.to}\n  hint: stop it first; record() of @tsgotrace/record can record events at the same time`,
		)
	const trace = new Trace(options)
	present.to = typeof options.to === 'string' ? options.to : typeof options.to === 'object' ? 'a ring' : 'a function'
	return trace
}
