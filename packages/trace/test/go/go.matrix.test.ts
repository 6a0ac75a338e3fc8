// Go's own tools read what we write for them. TSGOTRACE_GO_TRACES=10000 reads as many.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProfileKind, stateProfile } from '@tsgotrace/trace/analyze/profile'
import { type GoTraceOptions, goTrace } from '@tsgotrace/trace/export'
import type { TraceBatches } from '@tsgotrace/trace/slices'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inPieces, Program } from '../items.js'
import { checkGoTrace } from './check.js'
import { traces } from './programs.js'
import { ended, scheduled } from './scheduled.js'
import { GoPages, goProfile, goTraceTool, goVerdict } from './tool.js'

const tool = goTraceTool()
const formats = fc.constantFrom(...(tool?.formats ?? []))
/** What is written by default, unless the tool is older. */
const byDefault: GoTraceOptions = { go: tool?.formats.includes('1.23') === false ? '1.22' : '1.23' }
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

/** A task that waits for the network, for the pool, and for another one that wakes it. */
function waiting(): Program {
	const it = new Program()
	const states = '@tsgotrace/exec/states:'
	const run = (from: number, to: number, task: number): void =>
		it.done(to, `${states}traceRunDone`, { ms: (to - from) / 1e6, task, name: 'GET /item', ago: 0 })
	const wait = (from: number, to: number, task: number, reason: string): void =>
		it.done(to, `${states}traceWaitDone`, { ms: (to - from) / 1e6, task, reason, runnable: 0.01 })
	for (let n = 0; n < 20; n++) {
		const at = 1e6 + n * 50e6
		const [a, b] = [2 * n + 1, 2 * n + 2]
		const [endA, endB] = [it.task(at, a, 'GET /item'), it.task(at + 1e6, b, 'GET /item')]
		run(at, at + 1e6, a)
		run(at + 1e6, at + 2e6, b)
		wait(at + 1e6, at + 8e6, a, 'net')
		it.sample(at + 8.5e6, [{ name: 'parse', file: 'src/a.ts', line: 3, column: 1 }])
		run(at + 8e6, at + 9e6, a)
		wait(at + 9e6, at + 20e6, a, 'fs')
		run(at + 20e6, at + 22e6, a)
		it.signal('instant', at + 22e6, `${states}traceWake`, { task: b, by: a })
		wait(at + 2e6, at + 22e6, b, 'sync')
		endA(at + 22e6)
		run(at + 22e6, at + 23e6, b)
		endB(at + 23e6)
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
			fc.asyncProperty(traces, formats, async (trace, go) => {
				const bytes = await bytesOf(trace, { go })
				// It refuses one that has only a header.
				if (bytes.length === 16) return
				writeFileSync(file, bytes)
				expect(goVerdict(tool!, file)).toBe(null)
			}),
			{ numRuns: runs },
		)
	})

	it('reads what tasks did, in each version, and its profiles are those of analyze', async () => {
		const file = join(dir, 'scheduled.trace')
		let compared = 0
		await fc.assert(
			fc.asyncProperty(ended, formats, async ({ programs, stops }, go) => {
				const bytes = await bytesOf(inPieces(programs), { go })
				if (bytes.length === 16) return
				writeFileSync(file, bytes)
				expect(goVerdict(tool!, file)).toBe(null)
				const own = async (...kinds: readonly ProfileKind[]): Promise<number> => {
					let sum = 0
					for (const kind of kinds) {
						const { sample } = await stateProfile(inPieces(programs), kind)
						for (const { value } of sample) sum += Number(value[0])
					}
					return sum
				}
				for (const [kind, ours] of [
					['net', await own('net', 'child')],
					['sync', await own('sync', 'worker')],
					['syscall', await own('fs', 'dns', 'pool')],
					['sched', await own('sched')],
				] as const) {
					if (kind === 'sched' && !tool!.countsRunnable) continue
					const theirs = goProfile(tool!, file, kind)
					// A thousandth; and nanoseconds, as readers want times that differ.
					expect([kind, Math.abs(theirs - ours) <= ours / 1000 + 40 * (1 + stops)], `${theirs}, ${ours}`).toEqual([
						kind,
						true,
					])
					if (ours > 0) compared++
				}
			}),
			{ numRuns: Math.ceil(runs / 2) },
		)
		// Most of the small ones wait for nothing of a kind.
		expect(compared).toBeGreaterThan(runs / 20)
	})

	it('reads what tasks did where some never end', async () => {
		const file = join(dir, 'unended.trace')
		await fc.assert(
			fc.asyncProperty(scheduled, formats, async ({ programs }, go) => {
				const bytes = await bytesOf(inPieces(programs), { go })
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
				formats,
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

	it('shows states of tasks on its pages', async () => {
		const file = join(dir, 'states.trace')
		writeFileSync(file, await bytesOf(waiting().trace(), byDefault))
		expect(goVerdict(tool!, file)).toBe(null)
		const pages = await GoPages.open(tool!, file)
		try {
			for (const path of [
				'/',
				'/goroutines',
				'/trace',
				'/jsontrace',
				'/mmu',
				'/mmuPlot?flags=stw|background|assist|sweep',
				'/io?raw=1',
				'/block?raw=1',
				'/syscall?raw=1',
				'/sched?raw=1',
			])
				expect([path, (await pages.get(path)).status]).toEqual([path, 200])
			const { text } = await pages.get('/goroutine?name=GET%20%2Fitem')
			for (const column of [
				'Block time (network)',
				'Block time (sync)',
				'Syscall execution time',
				'Sched wait time',
				'Execution time',
			])
				expect(text).toContain(column)
			const { traceEvents } = JSON.parse((await pages.get('/jsontrace')).text) as {
				traceEvents: { name: string; ph: string }[]
			}
			// Who woke whom: arrows.
			expect(traceEvents.some(({ name, ph }) => ph === 's' && name.startsWith('unblock'))).toBe(true)
			expect(traceEvents.some(({ name }) => name === 'CPU profile sample')).toBe(true)
		} finally {
			pages.close()
		}
	})

	it('shows its pages', async () => {
		const file = join(dir, 'shop.trace')
		writeFileSync(file, await bytesOf(shop().trace(), byDefault))
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
