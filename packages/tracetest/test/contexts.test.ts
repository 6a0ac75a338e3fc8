// Which hooks report promises: those of V8, while a body is explored on Node 20 and 22; async_hooks, once the body
// needs them itself. The tests go on from each other: what a process has begun to use, it has for good.
import { AsyncLocalStorage, createHook, executionAsyncId } from 'node:async_hooks'
import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { essence, needsHooks, type Searched, search } from './contexts.js'

let first: Searched

test('promise hooks of V8 alone are set in a search on Node 20 and 22, and none on later ones', async () => {
	first = await search()
	expect(first.report.failure?.error.message).toMatch(/^A wrote first/)
	expect(first.report.failure?.replays).toBe(true)
	expect(first.light.has(true)).toBe(needsHooks)
	expect(essence(await search())).toEqual(essence(first))
})

test('a search leaves async_hooks as they were', async () => {
	const id = executionAsyncId()
	await setTimeout(1)
	const promises: number[] = []
	const hook = createHook({
		init(asyncId, type) {
			if (type === 'PROMISE') promises.push(asyncId)
		},
	}).enable()
	await (async () => {
		await Promise.resolve()
	})()
	hook.disable()
	expect(promises.length).toBeGreaterThan(2)
	expect(executionAsyncId()).toBeGreaterThan(id)
	const again = await search()
	expect(again.light.has(true)).toBe(needsHooks)
	expect(essence(again)).toEqual(essence(first))
})

test('a body that begins to use async_hooks has them, and no execution counts that has lost its context', async () => {
	const storage = new AsyncLocalStorage<string>()
	const seen: unknown[] = []
	let begun = !needsHooks
	const stored = await search(light => {
		// Not at once: the undisturbed execution has them in any case.
		begun ||= light
		if (!begun) return
		void storage.run('mine', async () => {
			await setTimeout(1)
			await Promise.resolve()
			seen.push(storage.getStore())
		})
	})
	expect(stored.light.has(true)).toBe(needsHooks)
	expect(stored.light.has(false)).toBe(true)
	expect(essence(stored)).toEqual(essence(first))
	await vi.waitFor(() => expect(seen.length).toBeGreaterThan(2), 50_000)
	expect(new Set(seen)).toEqual(new Set(['mine']))
	// From then on they stay.
	const after = await search()
	expect([...after.light]).toEqual([false])
	expect(essence(after)).toEqual(essence(first))
})

test('where promise hooks cannot be set, a search finds the same', async () => {
	const binding: unknown = Reflect.get(process, 'binding')
	Reflect.set(process, 'binding', () => {
		throw new Error('there is none')
	})
	vi.resetModules()
	try {
		expect(essence(await search())).toEqual(essence(first))
	} finally {
		Reflect.set(process, 'binding', binding)
	}
})
