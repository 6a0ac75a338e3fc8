// Each asynchronous function of Node is executed where nothing else is alive, under all versions: at no turn of the
// event loop would a deadlock be proved.

import { expect, test, vi } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { checked } from './asynchrony/asked.js'
import { later, never, untried } from './asynchrony/functions.mjs'

// They wait more than they compute. No more at a time, because they look at times.
vi.setConfig({ maxConcurrency: 2 })

const found = new Set<string>()

test.concurrent.each(nodeVersions)('Node %s', { timeout: 400_000 }, async version => {
	const { names, operations, failures, tried, looks } = await checked(await nodeOf(version), '')
	const tries = new Set(operations)
	expect(names.filter(name => !later.has(name) && !never.has(name) && !(name in untried) && !tries.has(name))).toEqual(
		[],
	)
	expect(failures).toEqual([])
	expect(tried).toBeGreaterThan(220)
	// What has ended before the first look has shown nothing.
	expect(looks).toBeGreaterThan(20 * tried)
	for (const name of names) found.add(name)
})

test('no list names a function that no version has', () => {
	expect([...later, ...never].filter(name => !found.has(name))).toEqual([])
})
