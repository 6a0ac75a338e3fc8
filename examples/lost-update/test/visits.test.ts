// What a typical test looks like. The other file proves that such a test finds the bug.
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { FixedCounter as Counter } from '../src/counter.js'
import { Store } from '../src/store.js'

test.verify('two visits count twice', async ({ t }) => {
	const counter = new Counter(new Store())
	await t.all(...['ann', 'bob'].map(who => t.go(who, () => counter.add('/'))))
	expect(await counter.visits('/')).toBe(2)
})
