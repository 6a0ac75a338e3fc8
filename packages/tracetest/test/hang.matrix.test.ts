// As hang.test.ts, in vitest as its users start it.

import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { attempt, root } from '../../../test/e2e/run.js'

test('under vitest a test that hangs ends before vitest ends it, with what each task waits for', async () => {
	const config = join(import.meta.dirname, 'fixtures/hang/vitest.config.ts')
	const { stdout, stderr } = await attempt(
		process.execPath,
		[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config],
		root,
	)
	const printed = stripVTControlCharacters(stdout + stderr)
	expect(printed).toMatch(
		/\[time-out of the test, 1\.5 s: not proved, because these are alive: Timeout\]\n {2}test {2}waits for 'user' at .*hang\.test\.ts:10\n {2}user {2}hangs at .*hang\.test\.ts:7/,
	)
	expect(printed).not.toContain('Test timed out')
})
