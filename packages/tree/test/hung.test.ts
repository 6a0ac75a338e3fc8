import { describe, expect, it } from 'vitest'
import { hung, plain, treeOf } from './hung.js'

// All of them, with all versions of Node, are in hung.matrix.test.ts.
describe.runIf(process.platform === 'linux')('a program that hangs', () => {
	it('pool: function, line and holder are named', { timeout: 60_000 }, async () => {
		expect(plain(await treeOf(process.execPath, 'pool'))).toBe(hung['pool'])
	})
})
