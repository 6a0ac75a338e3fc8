// Many tasks: as many at the same time, and over a long time, with all that is followed of them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrace } from '@tsgotrace/trace/read'
import { afterAll, expect, it } from 'vitest'
import { recorded } from '../../../../cmd/test/record.js'
import { nodeOf } from '../../../../test/e2e/nodes.js'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-load-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function counts(path: string): Promise<Record<string, number>> {
	const found: Record<string, number> = { loss: 0 }
	for await (const items of readTrace(path).batches())
		for (const item of items) {
			if (item.type === 'loss') found['loss'] = found['loss']! + 1
			if (!('id' in item) || !('track' in item) || item.type === 'end') continue
			const name = item.id.split(':')[1]!
			found[name] = (found[name] ?? 0) + 1
		}
	return found
}

it.skipIf(process.platform === 'win32').each(['20', '26'])(
	'a hundred thousand tasks at the same time are all in the trace, on Node %s',
	async version => {
		const node = await nodeOf(version)
		const { stdout, code, trace } = await recorded(dir, [node, join(import.meta.dirname, 'many.mjs'), '100000'], {
			flags: ['--quiet', '--exec'],
			node,
		})
		// The main module is one too, where Node says so.
		const main = version === '20' ? 0 : 1
		expect([code, JSON.parse(stdout)]).toEqual([0, { peak: 100_000 + main, right: true, left: main }])
		const { loss, traceTaskBegin } = await counts(trace)
		expect([loss, traceTaskBegin]).toEqual([0, 100_000 + main])
	},
)

it.skipIf(process.platform === 'win32')('a server that is asked for a minute holds no more in the end', async () => {
	const node = await nodeOf('24')
	const { stdout, code } = await recorded(dir, [node, '--expose-gc', join(import.meta.dirname, 'load.mjs'), '60'], {
		flags: ['--quiet', '--exec=all', '--max-size', '4MB'],
		node,
	})
	expect(code).toBe(0)
	const { asked, heap } = JSON.parse(stdout) as { asked: number; heap: [number, number] }
	expect(asked).toBeGreaterThan(1000)
	// Medians of a quarter of a minute. A byte that is kept of each request would be more, if it were a hundred.
	expect(heap[1] - heap[0]).toBeLessThan(Math.max(2 << 20, asked * 100))
})
