// Functions that a program has imported as Node has them, before tracetest could count their calls, give no false
// deadlock.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { root, run } from '../../../test/e2e/run.js'

const program = join(import.meta.dirname, 'imported/backup.mjs')
// By `run`, then by `verify`.
const ended = Array.from({ length: 10 }, () => 'ended')

// Node 20 has no sqlite.
test.each(nodeVersions.slice(1))('sqlite copies, Node %s', async version => {
	const printed = await run(await nodeOf(version), ['--no-warnings', program], root)
	expect(JSON.parse(printed)).toEqual([...ended, false, 'backup (taken before it was counted)'])
})

test.each(nodeVersions.slice(1))('it is counted where tracetest is loaded first, Node %s', async version => {
	const printed = await run(await nodeOf(version), ['--no-warnings', '--import', '@tsgotrace/tracetest', program], root)
	expect(JSON.parse(printed)).toEqual([...ended, true, ''])
})
