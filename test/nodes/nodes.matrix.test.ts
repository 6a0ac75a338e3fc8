// The runtime, the generator, and what rests on hooks of Node, under the versions of Node that we support; the version
// that runs this has had its turn in `npm test`.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../e2e/nodes.js'

const root = join(import.meta.dirname, '../..')
const suites = [
	'packages/runtime/test',
	'packages/gen/test/golden.test.ts',
	'packages/tracetest/test/contexts',
	'packages/exec/test',
	'cmd/test/gen.test.ts',
	'cmd/test/record.test.ts',
	'cmd/test/query.test.ts',
	'test/cost',
]
const inMatrix = [
	'cmd/test/loaded.matrix.test.ts',
	'cmd/test/record.matrix.test.ts',
	'test/cost/exports.matrix.test.ts',
]

test.each(nodeVersions.filter(version => !process.version.startsWith(`v${version}.`)))('the suites pass on Node %s', {
	timeout: 400_000,
}, async version => {
	for (const chosen of [suites, ['--config=vitest.matrix.config.ts', ...inMatrix]]) {
		const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...chosen]
		const ended = await promisify(execFile)(await nodeOf(version), args, {
			cwd: root,
			env: { ...process.env, TSGOTRACE_COUNTS: undefined, NO_COLOR: '1' },
			maxBuffer: 64 << 20,
		}).catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string })
		const failures = ended.stdout.slice(Math.max(0, ended.stdout.indexOf('Failed Tests')))
		expect(ended.stdout, failures + ended.stderr).toMatch(/^[1-9]\d* passed, 0 failed/m)
	}
})
