import { test } from '@tsgotrace/tracetest/vitest'
import { describe, expect } from 'vitest'
import { countToTwo } from './counter.js'

describe("it's a (suite)", () => {
	test.verify('counts to $2', async ({ t }) => expect(await countToTwo(t)).toBe(2))
	// Its name begins in the same way.
	test.verify('counts to $2, or less', async ({ t }) => expect(await countToTwo(t)).toBeLessThanOrEqual(2))
})
