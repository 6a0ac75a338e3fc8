// The six programs under every version of Node that is supported, in all pools of vitest, and under the newest vitest
// with the packages as npm packs them.

import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { pack } from '../../../test/e2e/pack.js'
import { root, run } from '../../../test/e2e/run.js'
import { compile, expectReports, installed, programs, runNode, runTimed } from './go123.js'

const kinds = ['run', 'verify'] as const
const pools = ['forks', 'threads', 'vmThreads'] as const

/** Run one file of programs, and compare. */
async function check(node: string, args: readonly string[], dir: string, golden: string): Promise<void> {
	expectReports(await runNode(node, args, dir), dir, golden)
}

beforeAll(() => compile())

describe.each(nodeVersions)('Node %s', version => {
	let node: string
	beforeAll(async () => {
		node = await nodeOf(version)
	})

	test.each(kinds)('node:test, %s', kind =>
		check(
			node,
			['--enable-source-maps', '--test', '--test-reporter=spec', `dist/test/${kind}.node.js`],
			programs,
			`node-${kind}`,
		))

	test.each(kinds.flatMap(kind => pools.map(pool => [kind, pool] as const)))('vitest 4, %s, pool %s', (kind, pool) =>
		check(
			node,
			[installed('vitest', 'vitest.mjs'), 'run', '--reporter=default', `--pool=${pool}`, `test/${kind}.vitest.ts`],
			programs,
			`vitest-${kind}`,
		))
})

test.each(kinds)('vitest 4, %s: within five seconds of the processor, the start of vitest included', async kind => {
	const args = [installed('vitest', 'vitest.mjs'), 'run', '--reporter=default', `test/${kind}.vitest.ts`]
	const ended = await runTimed(process.execPath, args, programs)
	expectReports(ended, programs, `vitest-${kind}`)
	expect(ended.seconds).toBeLessThan(5)
})

describe('vitest 5, with the packages as they are packed', () => {
	let dir: string
	beforeAll(async () => {
		dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsgotrace-vitest-')))
		cpSync(programs, dir, { recursive: true, filter: path => !/[\\/](?:node_modules|dist|tsconfig\.json)$/.test(path) })
		const options = ['--prefer-offline', '--no-audit', '--no-fund']
		await run('npm', ['ci', ...options], join(dir, 'vitest-5'))
		cpSync(join(dir, 'vitest-5'), dir, { recursive: true })
		const packed = await Promise.all(
			['packages/runtime', 'packages/tracetest'].map(folder => pack(join(root, folder), dir)),
		)
		await run('npm', ['install', '--no-save', ...options, ...packed.map(({ path }) => path)], dir)
	}, 120_000)
	afterAll(() => rmSync(dir, { recursive: true, force: true }))

	// It needs Node 22.12.
	describe.each(nodeVersions.filter(version => Number(version) >= 22))('Node %s', version => {
		test.each(kinds.flatMap(kind => pools.map(pool => [kind, pool] as const)))('%s, pool %s', async (kind, pool) =>
			check(
				await nodeOf(version),
				['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', `--pool=${pool}`, `test/${kind}.vitest.ts`],
				dir,
				`vitest-${kind}`,
			))
	})
})
