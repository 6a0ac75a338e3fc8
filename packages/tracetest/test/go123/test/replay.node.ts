import { deepEqual, equal } from 'node:assert/strict'
import { describe } from 'node:test'
import { test } from '@tsgotrace/tracetest/node-test'
import { countToTwo } from './counter.js'

void describe("it's a (suite)", () => {
	void test.verify('counts to $2', async ({ t }) => equal(await countToTwo(t), 2))
	void test.verify('counts to $2, or less', async ({ t }) => deepEqual([1, 2].includes(await countToTwo(t)), true))
})
