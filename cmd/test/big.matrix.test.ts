// The claim of the documents, at its size: 2 GB in less than 300 MB.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measure, writeBigTrace } from './bigtrace.js'

describe('a trace of 2 GB', { timeout: 1_800_000 }, () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-big-'))
		writeBigTrace(join(dir, 'big.trace'), 2e9)
	}, 600_000)
	afterAll(() => rmSync(dir, { recursive: true }))

	it.each([
		[['summary']],
		[['print']],
		[['print', '--json']],
		...['chrome', 'pprof', 'csv', 'jsonl', 'speedscope', 'otlp'].map(format => [['convert', '--to', format, '-o', '/dev/null']]),
	])('is read in less than 300 MB: %j', async args => {
		const { status, megabytes, seconds } = await measure([...args, 'big.trace'], dir)
		console.log(`${args.join(' ')}: ${megabytes.toFixed(0)} MB, ${(2000 / seconds).toFixed(0)} MB/s`)
		expect(status).toBe(0)
		expect(megabytes).toBeLessThan(300)
	})
})
