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

/**
 * By how many megabytes memory grows while `once` is called `times` times: the least of up to three times as much in
 * a row, but no more of them once it is below `limit`. What leaks does in each; what the engine, the test runner and
 * timers allocate once is in one of them.
 */
async function growth(once: () => Promise<unknown>, times: number, limit: number): Promise<number> {
	for (let i = 0; i < times / 10; i++) await once()
	let least = Number.POSITIVE_INFINITY
	for (let blocks = 0; blocks < 3 && least >= limit; blocks++) {
		const before = await used()
		for (let i = 0; i < times; i++) await once()
		least = Math.min(least, (await used()) - before)
	}
	return least
}

test.each([
	['run', 10_000, () => run(body)],
	['run that fails', 2000, () => run(failing).catch(() => {})],
	['explore', 1000, () => explore(body, { progress: false, runs: 10, samples: 8 })],
	['explore that fails', 500, () => explore(failing, { progress: false, runs: 10 })],
] as const)('%s: %d times', async (_, times, once) => {
	// An execution holds more than 8 kB.
	const limit = (times * 8) / 1000 / 5
	expect(await growth(once, times, limit)).toBeLessThan(limit)
})

test('a search of 10,000 executions keeps less than a kilobyte of each', async () => {
	let executions = 0
	// What a search keeps is garbage when it is over: measured while it runs.
	const sizes: number[] = []
	const { runs } = await explore(
		async t => {
			if (executions++ % 2500 === 0) {
				collect()
				sizes.push(process.memoryUsage().heapUsed / 1e6)
			}
			for (const name of ['A', 'B', 'C', 'D'])
				t.go(name, async () => {
					const text = Array.from({ length: 1000 }, (_, i) => i)
					for (let i = 0; i < 4; i++) await saved.signal?.(i, text)
				})
		},
		{ progress: false, delays: 6, samples: 10_000, runs: 10_001, budget: 600_000 },
	)
	expect(runs).toBe(10_001)
	// The least counts, as above.
	const grown = sizes.slice(1).map((size, i) => size - sizes[i]!)
	expect(grown.length).toBeGreaterThanOrEqual(4)
	expect(Math.min(...grown)).toBeLessThan(2.5)
})
