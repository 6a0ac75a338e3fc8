import { beforeAll, describe, expect, test } from 'vitest'
import { compile, expectGolden, installed, normalised, programs, proofs, runNode, runTimed } from './go123.js'

const vitest = installed('vitest', 'vitest.mjs')

test('the generated code of the programs is not stale', async () => {
	const tsgotrace = new URL('../../../cmd/bin/tsgotrace.js', import.meta.url)
	expect((await runNode(process.execPath, [tsgotrace.pathname, 'gen', '--check', programs], programs)).code).toBe(0)
})

describe.each(['run', 'verify'])('%s', kind => {
	beforeAll(async () => {
		if (kind === 'run') await compile()
	})

	test.each([
		{ runner: 'vitest', args: [vitest, 'run', '--reporter=default', `test/${kind}.vitest.ts`] },
		{ runner: 'node', args: ['--enable-source-maps', '--test', '--test-reporter=spec', `dist/test/${kind}.node.js`] },
	])('the six programs of go123 under $runner', { timeout: 60_000 }, async ({ runner, args }) => {
		const ended = await runTimed(process.execPath, args, programs)
		expectGolden(normalised(ended, programs), `${runner}-${kind}`)
		// Of the runner and its start too.
		expect(ended.seconds).toBeLessThan(5)
		expect(proofs(ended).length).toBeGreaterThanOrEqual(2)
		for (const proof of proofs(ended)) expect(proof).toBeLessThan(50)
	})
})
