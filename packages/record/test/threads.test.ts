import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getEnvironmentData, Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'
import { Threads } from '../src/preload/threads.js'

it('each thread writes a sequence and a file of its own, and together they are one trace', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'threads-'))
	try {
		execFileSync(process.execPath, [
			fileURLToPath(new URL('fixtures/threads.mjs', import.meta.url)),
			join(dir, 'out.perfetto-trace'),
		])
		expect(readdirSync(dir).sort()).toEqual(['out-w1.perfetto-trace', 'out-w2.perfetto-trace', 'out.perfetto-trace'])
		const files = readdirSync(dir).map(name => readFileSync(join(dir, name)))
		for (const file of files) {
			const steps = decodeEvents(file).filter(({ id }) => id === 'threads:traceStep')
			expect(steps.map(({ args }) => args['n'])).toEqual(Array.from({ length: 5000 }, (_, i) => i))
		}
		const { faults, rows } = await loadTrace(Buffer.concat(files), {
			threads:
				"select thread.name as thread, process.pid as pid, count(*) as n from slice join thread_track on thread_track.id = track_id join thread using (utid) join process using (upid) where slice.name = 'traceStep' group by 1, 2 order by 1",
		})
		expect(faults).toEqual([])
		expect(rows['threads']!.map(({ thread, n }) => [thread, n])).toEqual([
			['main', 5000n],
			['worker 1', 5000n],
			['worker 2', 5000n],
		])
		expect(new Set(rows['threads']!.map(({ pid }) => pid)).size).toBe(1)
	} finally {
		rmSync(dir, { recursive: true })
	}
})

it('at its end the main thread waits half a second for workers that do not answer, and longer for those that write', async () => {
	const main = new Threads('record', () => {})
	const shared = getEnvironmentData('tsgotrace.record.threads') as unknown as SharedArrayBuffer
	const table = new Int32Array(shared)
	table[1] = 7
	main.ask('end')
	expect(table[1]).toBe(7)
	// As a worker that has begun to write, and gets no processor for a while.
	table[1] = -7
	const code = `
		const { parentPort, workerData } = require('node:worker_threads')
		const table = new Int32Array(workerData)
		parentPort.postMessage('up')
		Atomics.wait(table, 2, 0, 1000)
		Atomics.store(table, 1, 0)
		Atomics.add(table, 0, 1)
		Atomics.notify(table, 0)`
	const worker = new Worker(code, { eval: true, workerData: shared })
	await once(worker, 'message')
	main.ask('end')
	expect(table[1]).toBe(0)
	await worker.terminate()
})
