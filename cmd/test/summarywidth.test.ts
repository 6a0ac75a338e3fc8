// `summary` on a terminal: no line is wider than that.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { Summary } from '@tsgotrace/trace/summary'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../../packages/record/test/collect.js'
import { declare } from '../../packages/record/test/events.js'
import { hasTerminal } from '../../packages/tracetest/test/watch/pty.js'
import { summaryText } from '../src/summary/text.js'
import { bin } from './cli.js'
import { plainEnvironment } from './environment.js'

const [begin, end, row, size] = [
	declare('storefront/checkout/payment:traceAuthorizeCardBegin', 'id: number', 'url: string'),
	declare('storefront/checkout/payment:traceAuthorizeCardEnd', 'id: number'),
	declare('storefront/database/statements:traceRowOfAStatementThatIsPrepared', 'n: number'),
	declare('storefront/database/connections:tracePoolOfConnectionsCount', 'size: number'),
]

/** Long names and arguments, sampled events, counters that are no integers, several tracks. */
function sample(): Uint8Array {
	const { bytes } = collect({ events: '*', sample: { [row.event.id]: { every: 7 } } })
	for (let i = 0; i < 2000; i++) {
		begin(i, `https://payments.example.org/v2/cards/${i}/authorizations?currency=EUR&customer=${i * 7919}`)
		row(i)
		size(-(i + 1) / 3)
		end(i)
	}
	return bytes()
}

const widest = (text: string): number => Math.max(...text.split(/\r?\n/).map(line => line.length))

describe('summary', () => {
	let dir: string
	let trace: Uint8Array
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-width-'))
		trace = sample()
		writeFileSync(join(dir, 'a.perfetto-trace'), trace)
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it.each([80, 100, 120])('is at most %i wide, if that is asked for', async width => {
		const summary = new Summary({ slowest: 5 })
		for await (const batch of slicesOf(readTrace(trace)).batches()) summary.take(batch)
		expect(widest(summaryText(summary, trace.length, Number.POSITIVE_INFINITY))).toBeGreaterThan(width)
		const text = summaryText(summary, trace.length, width)
		expect(widest(text)).toBeLessThanOrEqual(width)
		for (const head of ['event', 'slice', 'slowest', 'track', 'counter']) expect(text).toMatch(RegExp(`^${head} `, 'm'))
	})

	it.skipIf(!hasTerminal)('fits the terminal that it is printed on, and is as wide as it needs in a pipe', () => {
		const on = (columns: number, how = 'summary'): string => {
			const command = `stty cols ${columns} rows 24; exec '${process.execPath}' '${bin}' ${how} a.perfetto-trace 2>/dev/null`
			const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
				cwd: dir,
				encoding: 'utf8',
				env: plainEnvironment(),
				input: '',
			})
			expect(status).toBe(0)
			expect(stdout).toContain('2,000')
			return stdout
		}
		expect(widest(on(80))).toBeLessThanOrEqual(80)
		const wide = widest(on(120))
		expect(wide).toBeLessThanOrEqual(120)
		expect(wide).toBeGreaterThan(80)
		// A terminal that does not know its width, as one of a container may be.
		expect(widest(on(0))).toBeGreaterThan(120)
		expect(on(0, 'analyze')).toBe(on(80, 'analyze'))
	})
})
