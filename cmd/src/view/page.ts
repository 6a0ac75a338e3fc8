import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { emptyPage, page } from '@tsgotrace/view'
import { type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { traceFile } from '../tracefile.js'

/** A page, and what it was made of. */
export interface MadePage {
	/** Null where the trace could not be read at all. */
	readonly html: Iterable<string> | null
	readonly code: ExitCode
	readonly files: readonly string[]
	/** Of the files, before they were read. */
	readonly version: string
}

/** Differs when a file has changed. */
export function versionOf(files: readonly string[]): string {
	return files
		.map(file => (file === '-' ? undefined : statSync(file, { throwIfNoEntry: false })))
		.map(stat => (stat === undefined ? '' : `${stat.size}-${stat.mtimeMs}`))
		.join(' ')
}

/** How a page is made. */
export interface MakeOptions {
	/** Whether the file is embedded too. */
	readonly withTrace?: boolean
	/** Whether a path may be read: the output may not. */
	readonly isInput?: (path: string) => boolean
}

/** A page of a trace; without a path, one that shows what is dropped onto it. @throws UsageError */
export async function makePage(
	paths: readonly string[],
	flags: KeyFlags,
	{ withTrace = false, isInput = () => true }: MakeOptions = {},
): Promise<MadePage> {
	if (paths.length === 0) {
		if (withTrace) throw new UsageError('--with-trace needs a file')
		return { html: emptyPage(), code: 0, files: [], version: '' }
	}
	const trace = traceFile(paths, flags)
	const output = trace.paths.find(path => !isInput(path))
	if (output !== undefined) throw new UsageError(`--output must not be the trace itself: '${output}'`)
	const [file = '-'] = trace.paths
	if (withTrace && (trace.paths.length !== 1 || file === '-'))
		throw new UsageError('--with-trace embeds one file: give exactly one')
	const version = versionOf(trace.paths)
	let html: Iterable<string> | null = null
	const code = await trace.read(async onProgress => {
		html = await page(trace.reader, {
			title: titleOf(trace.paths),
			onProgress,
			...(withTrace && { trace: readFileSync(file) }),
		})
	}, false)
	const { packets } = trace.reader.progress
	return { html: packets === 0 ? null : html, code, files: trace.paths, version }
}

export function titleOf(paths: readonly string[]): string {
	const [first = ''] = paths
	return paths.length === 1 ? (first === '-' ? 'standard input' : basename(first)) : `${paths.length} files`
}
