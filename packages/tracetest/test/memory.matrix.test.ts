// What is kept after an execution would be kept ten thousand times.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { explore, run } from '@tsgotrace/tracetest'
import { expect, test } from 'vitest'
import { pausable, sync } from './fixtures.js'
import { turns } from './helpers.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const hi = sync<[who: string]>('traceHi')
const saved = pausable<[id: number, payload: unknown]>('traceSaved')

/** In megabytes. Caches of the engine fill while it grows: what counts is the end. */
async function used(): Promise<number> {
	for (let i = 0; i < 3; i++) {
		await turns(2)
		collect()
	}
	return process.memoryUsage().heapUsed / 1e6
}

const body: Parameters<typeof run>[0] = async t => {
	t.attach(hi.event, saved.event)
	// Kept by any reference to the execution: 5,000 of them are 40 MB.
	const text = Array.from({ length: 1000 }, (_, i) => i)
	t.snapshot(saved.event, () => text)
	const task = t.go('A', async () => {
		hi.signal('a')
		await saved.signal!(1, text)
		await new Promise(resolve => setImmediate(resolve))
	})
	await t.expect('default', hi.event, 'a')
	const held = await t.hold('default', saved.event, 1, text)
	held.ack()
	await task
}
const failing: typeof body = async t => {
	await body(t)
	hi.signal('left')
}

test.each([
	['run', 5000, () => run(body)],
	['run that fails', 2000, () => run(failing).catch(() => {})],
	['explore', 500, () => explore(body, { progress: false, runs: 10, samples: 8 })],
	['explore that fails', 300, () => explore(failing, { progress: false, runs: 10 })],
] as const)('%s: %d times', async (_, times, once) => {
	for (let i = 0; i < times / 10; i++) await once()
	const before = await used()
	for (let i = 0; i < times; i++) await once()
	const growth = (await used()) - before
	// An execution holds more than 8 kB.
	expect(growth).toBeLessThan((times * 8) / 1000 / 5)
})

test('a search of 10,000 executions keeps less than a kilobyte of each', async () => {
	const before = await used()
	let last = 0
	const { runs } = await explore(
		async t => {
			for (const name of ['A', 'B', 'C', 'D'])
				t.go(name, async () => {
					const text = Array.from({ length: 1000 }, (_, i) => i)
					for (let i = 0; i < 4; i++) await saved.signal?.(i, text)
				})
			last++
		},
		{ progress: false, delays: 6, samples: 10_000, runs: 10_000, budget: 600_000 },
	)
	expect(runs).toBe(10_000)
	expect(last).toBeGreaterThanOrEqual(runs)
	expect((await used()) - before).toBeLessThan(10)
})
