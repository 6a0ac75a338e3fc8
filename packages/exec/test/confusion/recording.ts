import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AnalysisReport, analyze } from '@tsgotrace/trace/analyze'
import { readTrace } from '@tsgotrace/trace/read'
import { nodeOf } from '../../../../test/e2e/nodes.js'

const tsgotrace = join(import.meta.dirname, '../../../../cmd/bin/tsgotrace.js')

/** The analysis of what a program does, which `tsgotrace record` records. The program may end in any way. */
export async function recorded(
	version: string,
	flags: readonly string[],
	program: readonly string[],
	start: readonly string[] = [],
): Promise<AnalysisReport> {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-confusion-'))
	try {
		const trace = join(dir, 'a.perfetto-trace')
		const { NODE_OPTIONS: _, VITEST: __, NODE_ENV: ___, ...env } = process.env
		const command = [...start, await nodeOf(version), ...program]
		const record = [tsgotrace, 'record', '--quiet', ...flags, '-o', trace, '--', ...command]
		await promisify(execFile)(process.execPath, record, { env }).catch((error: { readonly code: unknown }) => {
			// What the program's end is, or the signal that ended it.
			if (typeof error.code === 'string') throw error
		})
		return await analyze(readTrace(trace))
	} finally {
		rmSync(dir, { recursive: true })
	}
}
