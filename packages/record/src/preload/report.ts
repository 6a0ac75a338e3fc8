import { dirname, join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { threadId } from 'node:worker_threads'
import { events } from '@tsgotrace/runtime'
import { readFileSync, statSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'
import type { Recorder } from '../recorder.js'
import { writeAll } from '../sinks/write.js'
import { InPlace } from './inplace.js'
import { signalsExtension } from './signalreport.js'

/**
 * `running`: events since the report may not be written yet. `safe`: everything is written, because the program may end
 * the thread at any moment. `ended`: nothing follows.
 */
export type ThreadState = 'running' | 'safe' | 'ended'

/**
 * The report of a thread to the process that started the program, written about once a second and when the thread ends.
 */
export interface PartReport {
	readonly pid: number
	/** 0 is the main thread. */
	readonly thread: number
	readonly state: ThreadState
	readonly attached: number
	/** Pausable events that were left out, at most {@link maxReportedIds}. */
	readonly leftOut: readonly string[]
	/**
	 * The maximum number of `vm` contexts, besides its own, that the thread had at a time: the recorder does not reach
	 * them.
	 */
	readonly contexts: number
	/** Number of events that exist. */
	readonly known: number
	/** Their ids, if the recorder is attached to none of them: at most {@link maxReportedIds}. */
	readonly ids: readonly string[]
	readonly signals: number
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	readonly bytes: number
	/** The first error. */
	readonly error: string | null
}

/** While this file is in the directory, the recording goes on. */
export const openMarker = 'recording'
export const partExtension = '.perfetto-trace'
export const reportExtension = '.report'

const maxReportedIds = 1000

/**
 * Check that Node lets this process do what a recording needs.
 *
 * @throws if the permission model does not
 */
export function checkPermission(dir: string): void {
	const { permission } = process as { permission?: { has(scope: string, path: string): boolean } }
	const missing = permission === undefined ? [] : ['fs.read', 'fs.write'].filter(scope => !permission.has(scope, dir))
	if (missing.length === 0) return
	const flags = missing.map(scope => `--allow-${scope.replace('.', '-')}=${dirname(dir)}`).join(' ')
	throw new Error(
		`Node's permission model keeps the program from ${missing.join(' and ')} in ${dirname(dir)}: start it with ${flags}`,
	)
}

/** Where a thread leaves its part and its report. */
export interface PartPaths {
	/** Like {@link RecordOptions.to}, with `%t`, because the file belongs to this thread alone. */
	readonly part: string
	readonly report: string
	/** For the process. */
	readonly signals: string
}

/** Paths of this thread in a directory. Names sort in the order in which threads started, and are unique. */
export function pathsIn(dir: string): PartPaths {
	const name = `${String(process.hrtime.bigint()).padStart(20, '0')}-${process.pid}`
	return {
		part: `${join(dir, name).replaceAll('%', '%%')}-%t${partExtension}`,
		report: join(dir, `${name}-${threadId}${reportExtension}`),
		signals: join(dir, `${name}${signalsExtension}`),
	}
}

/**
 * Whether the recording is over although the program still runs: the process that started it already has the trace. A
 * process that has switched to another user cannot check, and goes on.
 */
export function isOver(dir: string): boolean {
	try {
		return statSync(join(dir, openMarker), { throwIfNoEntry: false }) === undefined
	} catch {
		return false
	}
}

/** An upper bound for a report without ids. */
const minReportLength = 1024

const { parse, stringify } = JSON

/** Complete the report of a worker that has ended, with the counts of its recorder. @throws if it cannot be written */
export function completeReport(path: string, counts: Float64Array): void {
	const text = readFileSync(path, 'utf8')
	const before = parse(text) as PartReport
	let recorded = -before.dropped
	let bytes = 0
	for (let i = 2; i < counts.length; i += 2) {
		recorded += counts[i]!
		bytes += counts[i + 1]!
	}
	const { sampledOut, dropped } = before
	const report: PartReport = { ...before, state: 'safe', recorded, signals: recorded + sampledOut + dropped, bytes }
	const file = new OwnFile(path, 'r+')
	try {
		writeAll(file.fd, Buffer.from(stringify(report).padEnd(text.length)))
	} finally {
		file.close()
	}
}

/** The report of this thread. */
export class ReportFile {
	readonly #file: InPlace
	#contexts = 0

	constructor(path: string) {
		this.#file = new InPlace(path, minReportLength)
	}

	/** If the directory has been removed, the report is no longer needed. */
	write(recorder: Recorder | null, state: ThreadState, error: string | null): void {
		const all = [...new Set(events().map(event => event.id))]
		const attached = recorder?.attached ?? 0
		const { signals = 0, recorded = 0, sampledOut = 0, dropped = 0, bytes = 0 } = recorder?.stats ?? {}
		const report: PartReport = {
			pid: process.pid,
			thread: threadId,
			state,
			attached,
			leftOut: recorder?.leftOut.slice(0, maxReportedIds) ?? [],
			contexts: (this.#contexts = Math.max(this.#contexts, getHeapStatistics().number_of_native_contexts - 1)),
			known: all.length,
			ids: attached === 0 ? all.slice(0, maxReportedIds) : [],
			signals,
			recorded,
			sampledOut,
			dropped,
			bytes,
			error,
		}
		try {
			this.#file.write(stringify(report))
		} catch {
			// The directory was removed, or the disk is full: the reader finds no report, or an empty one.
		}
	}
}
