// In a process of its own, as contexts.test.ts: somebody else wants to be told of promises by V8.
import v8 from 'node:v8'
import { expect, test } from 'vitest'
import { essence, needsHooks, search } from './contexts.js'

test('hooks on promises that a body makes are told of them, and no execution counts that has lost its context', async () => {
	const plain = await search()
	expect(plain.light.has(true)).toBe(needsHooks)
	let stop: (() => void) | undefined
	let told = 0
	const hooked = await search(() => {
		stop ??= v8.promiseHooks.onInit(() => told++) as () => void
	})
	expect(told).toBeGreaterThan(0)
	expect(essence(hooked)).toEqual(essence(plain))
	// Those that are there are not replaced.
	const before = told
	const after = await search()
	expect([...after.light]).toEqual([false])
	expect(told).toBeGreaterThan(before)
	expect(essence(after)).toEqual(essence(plain))
	stop!()
})
