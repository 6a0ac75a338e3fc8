import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join as joinPaths, resolve } from 'node:path'
import type { PartReport } from '@tsgotrace/record/launch'
import { CommandError, UsageError } from '../exit.js'

/** @throws UsageError if a trace cannot be written there */
export function checkOutput(output: string): void {
	if (output === '' || output === '-') throw new UsageError('--output must be a file')
	const stat = statSync(output, { throwIfNoEntry: false })
	if (stat !== undefined && !stat.isFile()) throw new UsageError(`'${output}' is not a regular file`)
	if (!statSync(dirname(resolve(output)), { throwIfNoEntry: false })?.isDirectory())
		throw new UsageError(`directory not found: '${dirname(output)}'`)
}

/** Use a directory beside a trace, on the same file system, for the parts of it. */
export async function withParts<T>(output: string, use: (directory: string) => Promise<T>): Promise<T> {
	let directory: string
	try {
		directory = mkdtempSync(joinPaths(dirname(resolve(output)), `.${basename(output)}.parts-`))
	} catch (error) {
		throw new CommandError(3, `cannot write '${output}': ${(error as Error).message}`)
	}
	try {
		return await use(directory)
	} finally {
		rmSync(directory, { recursive: true, force: true })
	}
}

/** What a thread has done, in the terms in which recordings are reported. */
export function reportOf(pid: number, thread: number, counts: Partial<PartReport>): PartReport {
	return {
		pid,
		thread,
		state: 'ended',
		attached: 0,
		leftOut: [],
		contexts: 0,
		known: 0,
		ids: [],
		signals: 0,
		recorded: 0,
		sampledOut: 0,
		dropped: 0,
		bytes: 0,
		error: null,
		...counts,
	}
}
