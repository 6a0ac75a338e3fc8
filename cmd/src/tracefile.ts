import { statSync } from 'node:fs'
import { readTrace, type TraceItem, TraceReadError, type TraceReader } from '@tsgotrace/record/read'
import type { ExitCode } from './exit.js'
import { plural, usageError } from './output.js'
import { Progress } from './progress.js'

/** Takes items in their order. False: it wants no more. */
export type Taker = (items: readonly TraceItem[], reader: TraceReader) => Promise<boolean>

/**
 * Read a trace to its end, or to where it breaks off, and say what was wrong with it.
 *
 * @param path `-` is the standard input
 * @param silent show no progress: what is printed meanwhile would be torn
 */
export async function takeTrace(path: string, take: Taker, silent: boolean): Promise<ExitCode> {
	const wrong = path === '-' ? null : notAFile(path)
	if (wrong !== null) return usageError(wrong)
	const reader = readTrace(path === '-' ? process.stdin : path)
	const progress = new Progress()
	const name = path === '-' ? 'standard input' : path
	try {
		for await (const items of reader.batches()) {
			if (!(await take(items, reader))) return 0
			if (!silent) showProgress(progress, reader)
		}
	} catch (error) {
		progress.clear()
		if (!(error instanceof TraceReadError)) throw error
		process.stderr.write(`${name}: ${error.problem} at byte ${error.offset}: ${error.message}\n`)
		const { packets } = reader.progress
		if (error.problem !== 'foreign') process.stderr.write(`  ${plural(packets, 'packet')} before that place could be read\n`)
		if (error.hint !== undefined) process.stderr.write(`  hint: ${error.hint}\n`)
		return 1
	}
	progress.clear()
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
