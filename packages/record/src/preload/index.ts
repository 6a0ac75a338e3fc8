// Runs in each thread before the program does. Nothing here may disturb it: no output, no handle that keeps it alive,
// no error.
import workers from 'node:worker_threads'
import { onEvent } from '@tsgotrace/runtime'
import { Survivor } from '../engine/survivor.js'
import { clearInterval, queueMicrotask, setInterval } from '../engine/timers.js'
import type { RecordOptions } from '../options.js'
import { witness } from '../process/hooks.js'
import { record } from '../record.js'
import { maxSites, Recorder } from '../recorder.js'
import { linearMemorySize } from '../sinks/linear.js'
import { pathFor, perProcess } from '../sinks/path.js'
import type { RingOptions } from '../sinks/ring.js'
import { type PreloadOptions, parseOptions, recordVariable, rootVariable } from './options.js'
import { checkPermission, isOver, type PartPaths, pathsIn, ReportFile, type ThreadState } from './report.js'
import { announce, salvage } from './salvage.js'
import { SignalReportFile } from './signalreport.js'
import { Threads } from './threads.js'

/**
 * Record this thread, with the options in the environment variable.
 *
 * @throws for invalid options
 */
export function start(): void {
	// The thread of module hooks, of tsx for instance. Node 20 does not say which thread it is; there it is recorded, and
	// has no events.
	if ((workers as { isInternalThread?: boolean }).isInternalThread === true) return
	const text = process.env[recordVariable]
	if (text === undefined || text === '') throw new Error(`the environment variable ${recordVariable} is not set`)
	const { report, to, ...options } = parseOptions(text)
	if (report === undefined) {
		if (to === undefined) throw new TypeError(`${recordVariable} does not say where to: {"to":"out.perfetto-trace"}`)
		alone({ ...options, to: isChild() ? ofChild(to) : to })
		return
	}
	checkPermission(report)
	if (!isOver(report)) reported(report, options, typeof to === 'object' ? to : undefined)
}

/** Whether another recording process has started this one, by its environment. */
function isChild(): boolean {
	const own = String(process.pid)
	const root = process.env[rootVariable]
	if (root === undefined) process.env[rootVariable] = own
	return root !== undefined && root !== own
}

/**
 * Child processes inherit the variable: without their ids in the path, all would write to the file of the first
 * process.
 */
function ofChild(to: NonNullable<PreloadOptions['to']>): NonNullable<PreloadOptions['to']> {
	if (typeof to === 'string') return perProcess(to)
	return to.dumpTo === undefined ? to : { ...to, dumpTo: perProcess(to.dumpTo) }
}

/** Record without leaving a report. */
function alone(options: RecordOptions): void {
	follow(() => record(options), typeof options.to === 'object' ? options.to : undefined, {
		before: nothing,
		survivableSignal: nothing,
		after: nothing,
		failed: warn,
		signals: undefined,
	})
}

/**
 * Record, and leave the thread's part of the trace and its report in a directory. A ring does so when the thread ends.
 */
function reported(dir: string, options: Omit<RecordOptions, 'to'>, ring: RingOptions | undefined): void {
	const paths = pathsIn(dir)
	let error: string | null = null
	const onError = (what: unknown): void => {
		error ??= what instanceof Error ? what.message : String(what)
	}
	const before = (): void => {
		if (ring !== undefined) dump(recorder, paths, onError)
	}
	const report = new ReportFile(paths.report)
	const write = (state: ThreadState) => (recorder: Recorder) => report.write(recorder, state, error)
	const running = write('running')
	const signals = workers.isMainThread ? new SignalReportFile(paths.signals) : undefined
	const ends: Ends = { before, survivableSignal: write('safe'), after: write('ended'), failed: onError, signals }
	let recorder: Recorder
	let forget: () => void
	let hasReported = false
	const survivor = ring === undefined && !workers.isMainThread ? Survivor.make(linearMemorySize, maxSites) : undefined
	try {
		;({ recorder, forget } = follow(
			() => new Recorder({ ...options, to: ring ?? paths.part, onError }, { survivor }),
			ring,
			ends,
		))
	} catch (what) {
		onError(what)
		report.write(null, 'ended', error)
		return
	}
	const timer = setInterval(() => {
		if (!isOver(dir)) return running(recorder)
		clearInterval(timer)
		before()
		recorder.stop()
		forget()
		ends.after(recorder)
	}, 1000)
	timer.unref()
	running(recorder)
	if (survivor !== undefined) announce(survivor, pathFor(paths.part), paths.report)
	// Write again at the first event: if the thread is terminated or killed within the next second, the report would not
	// show that something is missing. Immediately, because a microtask would run only after the current code of the
	// thread, which may take long.
	const unsubscribe = onEvent(() => {
		if (hasReported || recorder.attached === 0) return
		hasReported = true
		running(recorder)
		queueMicrotask(() => unsubscribe())
	})
}

function dump(recorder: Recorder, { part }: PartPaths, onError: (error: unknown) => void): void {
	try {
		recorder.dumpSync(part)
	} catch (error) {
		onError(error)
	}
}

interface Ends {
	/** The thread ends, or may end, and the recorder goes on. */
	readonly before: (recorder: Recorder) => void
	/** The thread may end, and everything recorded has been written. */
	readonly survivableSignal: (recorder: Recorder) => void
	/** A requested dump could not be written. */
	readonly failed: (error: unknown) => void
	/** Where the process reports signals. */
	readonly signals: SignalReportFile | undefined
	/** The recorder has ended. */
	readonly after: (recorder: Recorder) => void
}

function nothing(): void {}

function warn(error: unknown): void {
	process.emitWarning(`a dump of trace events could not be written: ${String(error)}`, 'TraceRecordWarning')
}

/** Follow a recorder to the end of its thread, which may come with the end of the main thread. */
function follow(
	begin: () => Recorder,
	ring: RingOptions | undefined,
	{ before, survivableSignal, after, failed, signals }: Ends,
): { recorder: Recorder; forget: () => void } {
	const threads = new Threads('record', message => {
		if (message === 'dump') recorder.dump().catch(failed)
		else {
			before(recorder)
			recorder.stop()
			after(recorder)
		}
	})
	const salvaged = salvage()
	const signal = ring === undefined ? false : (ring.signal ?? 'SIGUSR2')
	// One witness runs before the recorder's, which ends the recording, and one after it.
	const forgetFirst = witness({
		ended: () => {
			signals?.end()
			threads.ask('end')
			salvaged?.all()
			before(recorder)
		},
		survivableSignal: () => before(recorder),
		uncaught: nothing,
		signals: signals && ((ending, heard) => signals.write(ending, heard)),
		// Only the main thread receives signals.
		dumpRequested: signal === false || !workers.isMainThread ? undefined : { signal, take: () => threads.ask('dump') },
	})
	let recorder: Recorder
	try {
		recorder = begin()
	} catch (error) {
		forgetFirst()
		throw error
	}
	const forgetLast = witness({
		ended: () => {
			after(recorder)
			threads.leave()
		},
		survivableSignal: () => survivableSignal(recorder),
		uncaught: nothing,
	})
	const forget = (): void => {
		forgetFirst()
		forgetLast()
	}
	return { recorder, forget }
}
