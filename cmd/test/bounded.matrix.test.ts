// Memory does not grow with the size of a trace.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measure, writeBigTrace } from './bigtrace.js'

describe('a trace of 50 MB', { timeout: 180_000 }, () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-big-'))
		writeBigTrace(join(dir, 'small.trace'), 5e6)
		writeBigTrace(join(dir, 'big.trace'), 50e6)
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it.each([
		[['summary']],
		[['print']],
		[['convert', '--to', 'speedscope', '-o', 'a.json']],
	])('takes the memory of a small one: %j', async args => {
		const small = await measure([...args, 'small.trace'], dir)
		const big = await measure([...args, 'big.trace'], dir)
		expect([small.status, big.status]).toEqual([0, 0])
		expect(big.megabytes).toBeLessThan(300)
		// All its events would take far more: they are more than a million.
		expect(big.megabytes - small.megabytes).toBeLessThan(100)
	})
})
