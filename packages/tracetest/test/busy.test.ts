// That a search claims and proves on a busy machine what it does on a quiet one.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { explore, type T } from '@tsgotrace/tracetest'
import { afterEach, expect, test, vi } from 'vitest'
import { originals } from '../src/platform/originals.js'
import { pausable } from './fixtures.js'

const step = pausable<[]>('traceBusy')
const bounds = { points: [step.event], samples: 0 }

afterEach(() => {
	vi.restoreAllMocks()
	vi.resetModules()
})

test('a timer that ends in time has not stayed alive because the process did not run for a second', async () => {
	const now = originals.now
	let stalled = 0
	vi.spyOn(originals, 'now').mockImplementation(() => now() + stalled)
	const report = await explore(
		async (t: T) => {
			await t.all(
				t.go('A', async () => {
					await new Promise(resolve => setTimeout(resolve, 30))
					await step.signal?.()
				}),
				t.go('B', async () => {
					await step.signal?.()
					// The first look at the timer is before, the next one after.
					setTimeout(() => (stalled += 1000), 10)
				}),
			)
		},
		{ ...bounds, settle: 200 },
	)
	expect(stalled).toBeGreaterThan(0)
	expect(report.claim).not.toContain('stayed alive')
})

test('a proof that the first look at the end does not find is found by the next one', async () => {
	setFlagsFromString('--expose-gc')
	const collect = runInNewContext('gc') as () => void
	let calls = 0
	vi.stubGlobal('gc', () => {
		// A look collects up to three times: after 50 ms, after 400 ms, and once all has had its time.
		if (++calls > 9) collect()
	})
	vi.resetModules()
	const fresh = await import('@tsgotrace/tracetest')
	const server = createServer().listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { failure } = await fresh.explore(
		async t => {
			await t.go('lost', () => new Promise<void>(() => {}))
		},
		{ samples: 0, settle: 20, deadTime: 1000 },
	)
	server.close()
	vi.unstubAllGlobals()
	expect(calls).toBeGreaterThan(9)
	expect(String(failure?.error)).toMatch(/\[proved: V8 has collected all that could let .*'lost' go on/)
})
