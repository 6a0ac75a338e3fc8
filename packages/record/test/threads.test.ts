import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadTrace } from '../../trace/test/perfetto.js'
import { decodeEvents } from '../../trace/test/proto.js'

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
