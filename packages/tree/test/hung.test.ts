import { describe, expect, it } from 'vitest'
import { hung, plain, treeOf } from './hung.js'

describe.runIf(process.platform === 'linux')('a program that hangs', () => {
	it.each(Object.keys(hung))('%s: function, line and holder are named', { timeout: 60_000 }, async name => {
		expect(plain(await treeOf(process.execPath, name))).toBe(hung[name])
	})
})
