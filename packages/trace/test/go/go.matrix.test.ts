// Go's own tools read what we write for them. TSGOTRACE_GO_TRACES=10000 reads as many.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GoTraceOptions, goTrace, goVersions } from '@tsgotrace/trace/export'
import type { TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Program } from '../items.js'
import { checkGoTrace } from './check.js'
import { traces } from './programs.js'
import { GoPages, goTraceTool, goVerdict } from './tool.js'

const tool = goTraceTool()
const runs = Number(process.env['TSGOTRACE_GO_TRACES'] ?? 200)

async function bytesOf(trace: TraceBatches, options: GoTraceOptions = {}): Promise<Buffer> {
	const chunks: Uint8Array[] = []
	for await (const chunk of goTrace(options)(trace)) chunks.push(chunk as Uint8Array)
	return Buffer.concat(chunks)
}

/** Tasks with regions, over several generations. */
function shop(): Program {
	const it = new Program()
	for (let n = 0; n < 200; n++) {
		const at = n * 20e6
		const end = it.task(at, n + 1, `GET /${n % 3}`, { kind: 'request' })
		const region = it.region(at + 1e6, 1000 + n, 'query', n + 1)
		it.signal('instant', at + 2e6, 'shop:traceRow', { n })
		it.done(at + 4e6, '@tsgotrace/exec/thread:traceGcDone', {
			kind: n % 2 ? 'scavenge' : 'major',
			ms: 1,
			ago: 0,
			forced: false,
		})
		it.count(at + 5e6, '@tsgotrace/exec/thread:traceHeapUsedCount', 5e6 + n)
		region(at + 11e6)
		end(at + 30e6, 'returned', '200')
	}
	return it
}

describe.skipIf(tool === null)('go tool trace', { timeout: 3_600_000 }, () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-go-'))
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it('reads whatever is recorded, in each version', async () => {
		const file = join(dir, 'random.trace')
		await fc.assert(
			fc.asyncProperty(traces, fc.constantFrom(...goVersions), async (trace, go) => {
				const bytes = await bytesOf(trace, { go })
				// It refuses one that has only a header.
				if (bytes.length === 16) return
				writeFileSync(file, bytes)
				expect(goVerdict(tool!, file)).toBe(null)
			}),
			{ numRuns: runs },
		)
	})

	it('refuses nothing that the checker of the other tests takes', async () => {
		const file = join(dir, 'changed.trace')
		let refused = 0
		await fc.assert(
			fc.asyncProperty(
				traces,
				fc.constantFrom(...goVersions),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				fc.integer({ min: 1, max: 255 }),
				async (trace, go, where, by) => {
					const bytes = await bytesOf(trace, { go })
					if (bytes.length === 16) return
					const at = 16 + Math.floor(where * (bytes.length - 16))
					bytes[at] = bytes[at]! ^ by
					writeFileSync(file, bytes)
					const verdict = goVerdict(tool!, file)
					if (verdict === null) return
					refused++
					expect(() => checkGoTrace(bytes), verdict).toThrow()
				},
			),
			{ numRuns: runs },
		)
		expect(refused).toBeGreaterThan(runs / 10)
	})

	it('shows its pages', async () => {
		const file = join(dir, 'shop.trace')
		writeFileSync(file, await bytesOf(shop().trace()))
		const pages = await GoPages.open(tool!, file)
		try {
			for (const path of [
				'/',
				'/goroutines',
				'/userregions',
				'/trace',
				'/jsontrace',
				'/mmu',
				'/io?raw=1',
				'/block?raw=1',
				'/syscall?raw=1',
				'/sched?raw=1',
			])
				expect([path, (await pages.get(path)).status]).toEqual([path, 200])
			expect((await pages.get('/goroutines')).text).toContain('GET /1')
			const { text } = await pages.get('/usertasks')
			expect(text).toContain('GET /2')
			expect((await pages.get('/usertask?type=GET%20%2F2')).text).toContain('query')
			expect((await pages.get('/userregions')).text).toContain('query')
			const events = JSON.parse((await pages.get('/jsontrace')).text) as { traceEvents: { name: string }[] }
			expect(events.traceEvents.some(({ name }) => name.includes('GET /0'))).toBe(true)
		} finally {
			pages.close()
		}
	})
})
