// Servers of well-known packages, with enough of everything, under load: the analysis of their recordings claims no fault.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyze } from '@tsgotrace/trace/analyze'
import { readTrace } from '@tsgotrace/trace/read'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const servers = join(import.meta.dirname, 'servers')
const programs = readdirSync(servers).filter(name => name !== 'load.mjs')
const tsgotrace = join(import.meta.dirname, '../../../cmd/bin/tsgotrace.js')

describe('servers without a fault', { timeout: 180_000 }, () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-servers-'))
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	const env = { ...process.env, NODE_OPTIONS: undefined, VITEST: undefined, NODE_ENV: undefined }

	test.each(
		programs.flatMap(name => ['tasks', 'auto'].map(level => ({ name, level }))),
	)('$name, --exec=$level: nothing is proved or measured', async ({ name, level }) => {
		const trace = join(dir, `${name}-${level}.perfetto-trace`)
		const record = [tsgotrace, 'record', '--quiet', `--exec=${level}`, '-o', trace, '--', process.execPath, join(servers, name)]
		execFileSync(process.execPath, record, { stdio: ['ignore', 'ignore', 'pipe'], env })
		const { findings, tasks } = await analyze(readTrace(trace))
		expect(tasks.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(240)
		expect(findings.filter(({ level: sure }) => sure !== 'suspected')).toEqual([])
	})
})
