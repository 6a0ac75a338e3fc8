import { describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { hung, hungOn, plain, treeOf } from './hung.js'

describe.runIf(process.platform === 'linux').each(nodeVersions)('on Node %s, a program that hangs', version => {
	it.each(hungOn(version))('%s: function, line and holder are named', async name => {
		const tree = await treeOf(await nodeOf(version), name)
		expect(tree.warnings).toEqual([])
		expect(plain(tree)).toBe(hung[name])
	})
})
