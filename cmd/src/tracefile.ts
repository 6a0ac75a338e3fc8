import { readTrace, type TraceProblem, TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { type SliceBatch, slicesOf } from '@tsgotrace/trace/slices'
import { type ExitCode, UsageError } from './exit.js'
import { bytes as bytesText, plural } from './format.js'
import { traceFiles } from './inputs.js'
import { type KeyFlags, keyFrom } from './key.js'
import { Progress } from './progress.js'

/** A trace to read. */
export interface TraceFile {
	readonly reader: TraceReader
	/** The files that it consists of. */
	readonly paths: readonly string[]
	/**
	 * Let `run` read the trace, and report what was wrong with it. `run` calls `onProgress` while it reads.
	 *
	 * @param silent show no progress, because it would mix with the output
	 */
	read(run: (onProgress: () => void) => Promise<void>, silent: boolean): Promise<ExitCode>
}

/**
 * @param given files, directories and patterns; `-` is the standard input
 * @throws UsageError
 */
export function traceFile(given: readonly string[], flags: KeyFlags): TraceFile {
	const paths = traceFiles(given)
	if (paths.filter(path => path === '-').length > 1) throw new UsageError('the standard input can be read only once')
	const key = keyFrom(flags)
	const reader = readTrace(
		paths.map(path => (path === '-' ? process.stdin : path)),
		key === undefined ? {} : { key },
	)
	const names = paths.map(path => (path === '-' ? 'standard input' : path))
	return {
		reader,
		paths,
		async read(run, silent) {
			const progress = new Progress()
			try {
				await run(() => silent || showProgress(progress, reader))
			} catch (error) {
				if (!(error instanceof TraceReadError)) throw error
			} finally {
				progress.clear()
			}
			if (reader.alignedByDate) process.stderr.write(byDate)
			for (const problem of reader.problems) stopped(names[problem.input]!, problem)
			const empty = names.filter((_, i) => reader.isEmpty(i))
			for (const name of empty) process.stderr.write(`${name}: the file is empty\n`)
			const code = ended(names.length === 1 ? names[0]! : `${names.length} files`, reader)
			return reader.problems.length + empty.length > 0 ? 1 : code
		},
	}
}

/**
 * Takes items in order, with their slices; the last batch has no items, but the slices without an end. Returns false to
 * stop reading.
 */
export type Taker = (batch: SliceBatch, reader: TraceReader) => Promise<boolean>

/** Read a trace to its end, or to where it cannot be read any more. @throws UsageError */
export async function takeTrace(
	paths: readonly string[],
	flags: KeyFlags,
	take: Taker,
	silent: boolean,
): Promise<ExitCode> {
	const trace = traceFile(paths, flags)
	return trace.read(async onProgress => {
		for await (const batch of slicesOf(trace.reader).batches()) {
			if (!(await take(batch, trace.reader))) return
			onProgress()
		}
	}, silent)
}

const byDate =
	'note: the files are from different machines, or from before and after a restart, so they are aligned by the time of day, to milliseconds at best\n'

function stopped(name: string, { error, packets }: TraceProblem): void {
	const { problem, offset, message, hint } = error
	// What is foreign is so from its first byte on, and the message says what it is.
	const what = problem === 'foreign' ? '' : problem === 'encrypted' ? 'encrypted: ' : `${problem} at byte ${offset}: `
	process.stderr.write(`${name}: ${what}${message}\n`)
	if (problem === 'truncated' || problem === 'corrupt')
		process.stderr.write(`  ${plural(packets, 'packet')} before that position could be read\n`)
	if (hint !== undefined) process.stderr.write(`  hint: ${hint}\n`)
}

function ended(name: string, reader: TraceReader): ExitCode {
	const { damaged, skipped } = reader.progress
	if (skipped > 0)
		process.stderr.write(`${name}: ${plural(skipped, 'packet')} skipped, because data that they refer to was lost\n`)
	if (damaged > 0) process.stderr.write(`${name}: ${plural(damaged, 'damaged packet')}\n`)
	return damaged > 0 ? 1 : 0
}

function showProgress(progress: Progress, reader: TraceReader): void {
	const { bytes, size, packets } = reader.progress
	progress.bar(size === null || size === 0 ? null : bytes / size, `${bytesText(bytes)}, ${plural(packets, 'packet')}`)
}
