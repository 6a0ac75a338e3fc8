// All kinds of asynchronous sources under all versions of Node, without a test runner, and in the other pools of
// vitest.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { compilers } from '../../../test/e2e/compilers.js'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { root, run } from '../../../test/e2e/run.js'

// They wait more than they compute, in processes of their own: two at a time take little longer than one. No more,
// because they look at times.
vi.setConfig({ maxConcurrency: 2 })

const tests = import.meta.dirname
// In the package, so that it finds what was built of it.
const output = join(tests, `../.cache/quiescence-${process.pid}`)

beforeAll(async () => {
	const files = ['main.ts', 'modules/late.ts', 'modules/waiting.ts'].map(file => join(tests, 'quiescence', file))
	const options =
		'--ignoreConfig --module nodenext --target es2022 --lib es2024,esnext.disposable,esnext.collection --types node --skipLibCheck'
	await run(
		process.execPath,
		[compilers['7']!, ...options.split(' '), '--rootDir', tests, '--outDir', output, ...files],
		root,
	)
})

afterAll(() => rmSync(output, { recursive: true, force: true }))

test.concurrent.each(nodeVersions)('Node %s', async version => {
	const printed = await run(await nodeOf(version), [join(output, 'quiescence/main.js')], root)
	expect(Number(/^(\d+) passed, 0 failed, \d+ skipped$/m.exec(printed)?.[1])).toBeGreaterThanOrEqual(300)
})

test.concurrent.each(nodeVersions.slice(1))('virtual time, the census and searches, Node %s', async version => {
	const suites = ['clock', 'census', 'quiescence-verify'].map(name => `packages/tracetest/test/${name}.test.ts`)
	const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=./scripts/count-reporter.ts']
	const printed = await run(await nodeOf(version), [...vitest, ...suites], root)
	expect(Number(/^(\d+) passed, 0 failed$/m.exec(printed)?.[1])).toBeGreaterThanOrEqual(38)
})

test.concurrent.each(['threads', 'vmThreads', 'vmForks'])('vitest, pool %s', async pool => {
	const vitest = [
		join(root, 'node_modules/vitest/vitest.mjs'),
		'run',
		'--config=vitest.matrix.config.ts',
		`--pool=${pool}`,
		'--reporter=./scripts/count-reporter.ts',
	]
	const printed = await run(process.execPath, [...vitest, 'packages/tracetest/test/quiescence.test.ts'], root)
	expect(Number(/^(\d+) passed, 0 failed$/m.exec(printed)?.[1])).toBeGreaterThanOrEqual(300)
})
