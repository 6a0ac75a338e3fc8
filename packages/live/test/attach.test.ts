// Processes that were not prepared. More of it is in attach.matrix.test.ts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dumpProcess, LiveProcess, recordProcess } from '@tsgotrace/live'
import { listenersOf } from '@tsgotrace/tree/attach'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordedWithLaterWorkers } from './later.js'
import { left, refusal, start } from './programs.js'

let dir = ''
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-parts-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe.runIf(process.platform === 'linux')('a process that was not prepared', () => {
	it('is recorded with its workers, its inspector is closed meanwhile, and nothing is left behind', async () => {
		const { pid, state } = await start('worker')
		const before = left(await state())
		const ports = listenersOf(pid)
		for (let i = 0; i < 2; i++) {
			const live = await LiveProcess.open(pid)
			expect(live.isInspectorClosed).toBe(true)
			expect(listenersOf(pid)).toEqual(ports)
			expect(live.threads.map(({ about }) => [about.thread, about.events, about.isPrepared])).toEqual([
				[0, 2, false],
				[1, 2, false],
			])
			const threads = await recordProcess(live, { options: {}, limits: { ms: 600_000, events: 20 }, directory: dir })
			expect(threads.map(({ began }) => began.attached)).toEqual([2, 2])
			expect(Math.max(...threads.map(({ result }) => result!.recorded))).toBeGreaterThanOrEqual(20)
			expect(readFileSync(threads[0]!.path, 'latin1')).toContain('traceRequest')
			await live.close()
			await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 30_000 })
		}
	})

	it('is recorded with the workers that begin meanwhile, and nothing of that is left behind', async () => {
		const program = await start('')
		const before = left(await program.state())
		const live = await LiveProcess.open(program.pid)
		const threads = await recordedWithLaterWorkers(live, program, dir)
		expect(threads.map(({ thread, result }) => [thread, result!.attached, result!.recorded > 0])).toEqual([
			[0, 2, true],
			[1, 2, true],
			[2, 2, true],
		])
		await live.close()
		await vi.waitFor(async () => expect(left(await program.state())).toEqual(before), { timeout: 30_000 })
	})

	it('gives what its flight recorder holds; one without has none', async () => {
		const { pid } = await start('ring')
		await using live = await LiveProcess.open(pid)
		const [path] = await dumpProcess(live, dir)
		expect(readFileSync(path!, 'latin1')).toContain('traceRequest')
		const other = await start('')
		await using without = await LiveProcess.open(other.pid)
		await expect(dumpProcess(without, dir)).rejects.toMatchObject({
			problem: 'no ring',
			message: 'there is no flight recorder',
		})
	})

	it('that ends meanwhile leaves what it has recorded', async () => {
		const { pid, child } = await start('')
		await using live = await LiveProcess.open(pid)
		const [thread] = await recordProcess(live, {
			options: {},
			limits: { ms: 600_000 },
			directory: dir,
			onBegan: () => void child.send('exit'),
		})
		expect(thread!.result).toBe(null)
		expect(thread!.bytes).toBeGreaterThan(100)
	})

	it('in a busy loop is refused, with the reason', async () => {
		const { pid, child } = await start('')
		child.send('busy')
		await vi.waitFor(
			async () => expect(await refusal(pid)).toMatch(/the process did not connect: its event loop was busy for \d+ s/),
			{
				timeout: 60_000,
			},
		)
	})

	it('without any event says so', async () => {
		const { pid } = await start('', { program: join(import.meta.dirname, 'fixtures/plain.mjs') })
		await using live = await LiveProcess.open(pid)
		expect(live.threads.map(({ about }) => about.events)).toEqual([null])
		await expect(recordProcess(live, { options: {}, directory: dir })).rejects.toMatchObject({
			problem: 'no events',
			message: 'no module with trace events was loaded',
		})
	})
})
