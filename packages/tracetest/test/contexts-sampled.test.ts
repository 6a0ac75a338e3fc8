// In a process of its own, as contexts.test.ts: a sampled execution is made anew.
import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { Executor } from '../src/explore/execute.js'
import { Pct } from '../src/explore/pct.js'
import { Random } from '../src/explore/random.js'
import { settingsOf } from '../src/world/options.js'
import { needsHooks } from './contexts.js'
import { pausable } from './fixtures.js'

test('an execution that does not count takes no choices away from the one that does', async () => {
	const step = pausable<[number]>('step')
	const storage = new AsyncLocalStorage<number>()
	let bodies = 0
	const executor = new Executor(
		async t => {
			bodies++
			const steps = async (): Promise<void> => {
				for (let i = 0; i < 5; i++) await step.signal?.(i)
				await storage.run(1, () => Promise.resolve())
			}
			await t.all(t.go('A', steps), t.go('B', steps))
		},
		settingsOf({}),
		{ steps: 1000, settle: 250, deadTime: 3000 },
		() => true,
	)
	const made: Pct[] = []
	const outcome = await executor.execute([], {
		strategy: () => {
			const pct = new Pct(new Random(1), 3, 10, 100)
			made.push(pct)
			return pct
		},
	})
	await executor.done()
	expect(outcome.failure).toBeUndefined()
	expect(bodies).toBe(needsHooks ? 2 : 1)
	expect(made).toHaveLength(bodies)
	expect(made.at(-1)!.choices).toHaveLength(outcome.widths.length)
})
