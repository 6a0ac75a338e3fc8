// As oracle.test.ts and bounds-model.test.ts, with thousands of bodies, and on all versions of Node.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { runNode } from './go123.js'

const root = join(import.meta.dirname, '../../..')

test.each(nodeVersions)('on Node %s', { timeout: 900_000 }, async version => {
	const suites = ['oracle.test', 'bounds-model.test'].map(name => `packages/tracetest/test/${name}`)
	const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...suites]
	const { code, output } = await runNode(await nodeOf(version), args, root, {
		ORACLE_TIMES: '20',
		ORACLE_SEED: version,
	})
	expect(code, output).toBe(0)
	expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m)
})
