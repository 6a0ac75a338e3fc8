// All patterns of leaks; and in each version of Node, that nothing is claimed of tasks that complete, and all is found of those that cannot.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../../test/e2e/nodes.js'
import { patterns } from './patterns.js'
import { provePatterns } from './proofs.js'

provePatterns(Object.entries(patterns))

it.each(nodeVersions)('on Node %s, 120,000 tasks complete without a claim, and 200 of 200 that cannot are found', {
	timeout: 300_000,
}, async version => {
	const program = join(import.meta.dirname, 'completed.mjs')
	const args = ['--expose-gc', '--max-semi-space-size=2', program, '120000', '200']
	const { NODE_OPTIONS: _, ...env } = process.env
	const { stdout } = await promisify(execFile)(await nodeOf(version), args, { env })
	expect(JSON.parse(stdout)).toEqual({ completed: 120_000, falseClaims: 0, planted: 200, found: 200 })
})
