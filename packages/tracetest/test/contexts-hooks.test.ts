// In a process of its own, as contexts.test.ts: other code uses V8's promise hooks.
import v8 from 'node:v8'
import { expect, test } from 'vitest'
import { essence, needsHooks, search } from './contexts.js'

test('promise hooks that a body sets are called, and no execution counts that has lost its context', async () => {
	const plain = await search()
	expect(plain.light.has(true)).toBe(needsHooks)
	let stop: (() => void) | undefined
	let calls = 0
	const hooked = await search(() => {
		stop ??= v8.promiseHooks.onInit(() => calls++) as () => void
	})
	expect(calls).toBeGreaterThan(0)
	expect(essence(hooked)).toEqual(essence(plain))
	// Those that are there are not replaced.
	const before = calls
	const after = await search()
	expect([...after.light]).toEqual([false])
	expect(calls).toBeGreaterThan(before)
	expect(essence(after)).toEqual(essence(plain))
	stop!()
})
