import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { threadId } from 'node:worker_threads'
import { events } from '@tsgotrace/runtime'
import type { Recorder } from '../recorder.js'
import { writeAll } from '../sinks/write.js'

/** What a thread tells whoever has started the program, about once a second and when it ends. */
export interface ThreadReport {
	readonly pid: number
	/** 0 is the main thread. */
	readonly thread: number
	readonly ended: boolean
	readonly attached: number
	/** Events that are there. */
	readonly known: number
	/** Their ids, where the recorder is attached to none: at most {@link MOST_IDS}. */
	readonly ids: readonly string[]
	readonly signals: number
	readonly recorded: number
	readonly sampledOut: number
	readonly dropped: number
	readonly bytes: number
	/** The first error. */
	readonly error: string | null
}

/** As long as this file is in the directory, the recording goes on. */
export const OPEN = 'recording'
export const PART = '.perfetto-trace'
export const REPORT = '.json'

const MOST_IDS = 1000

/** Where a thread leaves what it has. */
export interface Paths {
	/** As {@link RecordOptions.to}: with `%t`, as no other thread has this file. */
	readonly part: string
	readonly report: string
}

/** Paths of this thread in a directory. Names sort in the order in which threads started, and no two threads have the same. */
export function pathsIn(dir: string): Paths {
	const name = `${String(process.hrtime.bigint()).padStart(20, '0')}-${process.pid}`
	return {
		part: `${join(dir, name).replaceAll('%', '%%')}-%t${PART}`,
		report: join(dir, `${name}-${threadId}${REPORT}`),
	}
}

/** The recording is over, though the program is not: whoever has started it has its trace. */
export function isOver(dir: string): boolean {
	return !existsSync(join(dir, OPEN))
}

/** Sizes of reports that were written, by path. A thread has one. */
const sizes = new Map<string, number>()
/** More than a report without ids has. */
const LEAST = 1024

/** Write the report of this thread. A directory that has gone is nobody's concern any more. */
export function writeReport(path: string, recorder: Recorder | null, ended: boolean, error: string | null): void {
	const all = [...new Set(events().map(event => event.id))]
	const attached = recorder?.attached ?? 0
	const { signals = 0, recorded = 0, sampledOut = 0, dropped = 0, bytes = 0 } = recorder?.stats ?? {}
	const report: ThreadReport = {
		pid: process.pid,
		thread: threadId,
		ended,
		attached,
		known: all.length,
		ids: attached === 0 ? all.slice(0, MOST_IDS) : [],
		signals,
		recorded,
		sampledOut,
		dropped,
		bytes,
		error,
	}
	try {
		overwrite(path, JSON.stringify(report))
	} catch {
		// The directory has gone, or the disk is full: who waits for it finds none, or an empty one.
	}
}

/** In place, and not shorter than before: what it takes for that was free when the recording began, and on a disk that is full by now counts are told nevertheless. */
function overwrite(path: string, text: string): void {
	const before = sizes.get(path)
	const bytes = Buffer.alloc(Math.max(LEAST, before ?? 0, Buffer.byteLength(text)), ' ')
	bytes.write(text)
	const fd = openSync(path, before === undefined ? 'w' : 'r+')
	try {
		writeAll(fd, bytes)
		sizes.set(path, bytes.length)
	} finally {
		closeSync(fd)
	}
}
