import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { lostUpdate, plainly } from './races.js'

const root = join(import.meta.dirname, '../../..')

test.each(
	nodeVersions.filter(version => !process.version.startsWith(`v${version}.`)),
)('on Node %s: the same counts, schedules and tokens', async version => {
	const suites = ['races.test', 'token', 'explore', 'shrink', 'chrome', 'turn', 'polling'].map(
		name => `packages/tracetest/test/${name}`,
	)
	const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...suites]
	const { stdout } = await promisify(execFile)(await nodeOf(version), args, {
		cwd: root,
		env: { ...process.env, TSGOTRACE_COUNTS: undefined },
	})
	expect(stdout).toMatch(/^[1-9]\d* passed, 0 failed$/m)
})

describe('10,000 plain runs do not show a lost update', () => {
	const random = (from: number, to: number): number => from + Math.random() * (to - from)

	test.each([
		{ name: 'steps of a microtask', around: {}, wait: () => Promise.resolve(), at: 1 },
		{ name: 'steps of a turn of the event loop', around: {}, wait: () => immediate(), at: 500 },
		{ name: 'steps of 4 to 6 ms', around: {}, wait: () => sleep(random(4, 6)), at: 1000 },
		{
			name: 'steps of 1 to 10 ms, behind 40 of them',
			around: { before: 40, tasks: 0 },
			wait: () => sleep(random(1, 10)),
			at: 1000,
		},
	])('$name', async ({ around, wait, at }) => {
		let runs = 0
		while (runs < 10_000) {
			// They share nothing: many at a time cost no more than one.
			await Promise.all(Array.from({ length: at }, () => plainly(lostUpdate(around), wait)))
			runs += at
		}
	})
})
