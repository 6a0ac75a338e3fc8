import { beforeAll, expect, test } from 'vitest'
import { compile, expectReports, programs, runNode, runTimed } from './go123.js'

beforeAll(() => compile(), 60_000)

test('the generated code of the programs is not stale', async () => {
	const tsgotrace = new URL('../../../cmd/bin/tsgotrace.js', import.meta.url)
	expect((await runNode(process.execPath, [tsgotrace.pathname, 'gen', '--check', programs], programs)).code).toBe(0)
})

// Under vitest, and under other versions of Node: go123.matrix.test.ts.
test.each(['run', 'verify'])('the six programs of go123 under node:test: %s', async kind => {
	const args = ['--enable-source-maps', '--test', '--test-reporter=spec', `dist/test/${kind}.node.js`]
	const ended = await runTimed(process.execPath, args, programs)
	expectReports(ended, programs, `node-${kind}`)
	// Of the runner and its start too.
	expect(ended.seconds).toBeLessThan(5)
})
