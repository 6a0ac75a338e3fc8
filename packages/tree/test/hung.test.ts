import { describe, expect, it } from 'vitest'
import { hung, plain, treeOf } from './hung.js'

// All of them, with all versions of Node, are in hung.matrix.test.ts.
describe.runIf(process.platform === 'linux')('a program that hangs', { timeout: 60_000 }, () => {
	it.each(['pool', 'globals', 'kept', 'passed'])('%s: function, line and holder are named', async name => {
		expect(plain(await treeOf(process.execPath, name))).toBe(hung[name])
	})
})
