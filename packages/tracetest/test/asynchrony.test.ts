// That each function of Node is known: when it calls back, and if it does so later, that no deadlock is proved
// meanwhile. The matrix tries all of them.

import { expect, test } from 'vitest'
import { checked } from './asynchrony/asked.js'
import { later, never, untried } from './asynchrony/functions.mjs'

test('each function of this Node is classified, once; what async_hooks do not report is waited for', async () => {
	const { names, operations, failures, tried } = await checked(
		process.execPath,
		'backup|measureMemory|FinalizationRegistry|postMessageToThread|inspector|waitAsync|of gc|WebAssembly|locks|^fs.promises.r',
	)
	const places = (name: string): number =>
		[later.has(name), never.has(name), name in untried, operations.includes(name)].filter(Boolean).length
	expect(names.length).toBeGreaterThan(1500)
	expect(names.filter(name => places(name) === 0)).toEqual([])
	expect(names.filter(name => places(name) > 1)).toEqual([])
	expect(failures).toEqual([])
	expect(tried).toBeGreaterThan(15)
})
