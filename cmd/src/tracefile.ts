import { statSync } from 'node:fs'
import { readTrace, type TraceItem, TraceReadError, type TraceReader } from '@tsgotrace/record/read'
import type { ExitCode } from './exit.js'
import { plural, usageError } from './output.js'
import { Progress } from './progress.js'

/** A trace that is to be read. */
export interface TraceFile {
	readonly reader: TraceReader
	/**
	 * Let `run` read it, and say what was wrong with it. `run` reports as it goes on, for the progress.
	 *
	 * @param silent show no progress: what is printed meanwhile would be torn
	 */
	read(run: (onProgress: () => void) => Promise<void>, silent: boolean): Promise<ExitCode>
}

/** @param path `-` is the standard input */
export function traceFile(path: string): TraceFile | 2 {
	const wrong = path === '-' ? null : notAFile(path)
	if (wrong !== null) return usageError(wrong)
	const reader = readTrace(path === '-' ? process.stdin : path)
	const name = path === '-' ? 'standard input' : path
	return {
		reader,
		async read(run, silent) {
			const progress = new Progress()
			try {
				await run(() => silent || showProgress(progress, reader))
			} catch (error) {
				progress.clear()
				if (!(error instanceof TraceReadError)) throw error
				return stopped(name, error, reader)
			}
			progress.clear()
			return ended(name, reader)
		},
	}
}

/** Takes items in their order. False: it wants no more. */
export type Taker = (items: readonly TraceItem[], reader: TraceReader) => Promise<boolean>

/** Read a trace to its end, or to where it breaks off. */
export async function takeTrace(path: string, take: Taker, silent: boolean): Promise<ExitCode> {
	const trace = traceFile(path)
	if (trace === 2) return trace
	return trace.read(async onProgress => {
		for await (const items of trace.reader.batches()) {
			if (!(await take(items, trace.reader))) return
			onProgress()
		}
	}, silent)
}

function stopped(name: string, error: TraceReadError, reader: TraceReader): ExitCode {
	process.stderr.write(`${name}: ${error.problem} at byte ${error.offset}: ${error.message}\n`)
	if (error.problem !== 'foreign') process.stderr.write(`  ${plural(reader.progress.packets, 'packet')} before that place could be read\n`)
	if (error.hint !== undefined) process.stderr.write(`  hint: ${error.hint}\n`)
	return 1
}

function ended(name: string, reader: TraceReader): ExitCode {
	const { damaged, skipped } = reader.progress
	if (skipped > 0) process.stderr.write(`${name}: ${plural(skipped, 'packet')} passed over, as what they refer to was lost\n`)
	if (damaged > 0) process.stderr.write(`${name}: ${plural(damaged, 'damaged packet')}\n`)
	return damaged > 0 ? 1 : 0
}

function notAFile(path: string): string | null {
	const stat = statSync(path, { throwIfNoEntry: false })
	if (stat === undefined) return `there is no file '${path}'`
	return stat.isDirectory() ? `'${path}' is a directory; give a trace file` : null
}

function showProgress(progress: Progress, reader: TraceReader): void {
	const { bytes, size, packets } = reader.progress
	progress.bar(size === null || size === 0 ? null : bytes / size, `${megabytes(bytes)}, ${packets.toLocaleString('en')} packets`)
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(0)} MB`
}
