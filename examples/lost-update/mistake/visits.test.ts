// The test of a counter that loses visits. It fails, and that is the point: it shows what a report looks like.
import { test } from '@tsgotrace/tracetest/vitest'
import { expect } from 'vitest'
import { Counter } from '../src/counter.js'
import { Server } from '../src/server.js'
import { Store } from '../src/store.js'

test.verify('two visits count twice', async ({ t }) => {
	const store = new Store()
	const server = new Server(store, new Counter(store))
	await t.all(
		t.go('ann', () => server.visit('/', 'ann', true)),
		t.go('bob', () => server.visit('/', 'bob', false)),
	)
	expect(await store.get('/')).toBe(2)
})
