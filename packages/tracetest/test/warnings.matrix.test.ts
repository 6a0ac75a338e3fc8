// What people see of a green search that has shown little: the output of both runners, as they are by default.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { type Ended, installed, runNode } from './go123.js'

const dir = join(import.meta.dirname, 'warnings')

const runners: Readonly<Record<string, (node: string, env?: NodeJS.ProcessEnv) => Promise<Ended>>> = {
	vitest: (node, env) => runNode(node, [installed('vitest', 'vitest.mjs'), 'run', '--root', '.'], dir, env),
	'node:test': (node, env) => runNode(node, ['--test', 'little.node.mjs'], dir, env),
	'node:test, without --test': (node, env) => runNode(node, ['little.node.mjs'], dir, env),
}

describe.each(nodeVersions)('Node %s', { concurrent: true }, version => {
	test.each(Object.entries(runners))('%s', async (_name, run) => {
		const { code, output } = await run(await nodeOf(version))
		expect(code, output).toBe(0)
		expect(output).toMatch(/no choice point was met: no two tasks waited at once/)
		expect(output).toMatch(/only the starts of tasks were choices: no pausable event was signalled/)
		expect(output).toMatch(/action 'abort' was never injected: the budget ended before/)
		expect(output).toMatch(/the budget ended the search after 3 schedules, of /)
	})

	test.each(Object.entries(runners))('%s, strict', async (_name, run) => {
		const { code, output } = await run(await nodeOf(version), { TRACETEST_STRICT: '1' })
		expect(code, output).toBe(1)
		expect(output).toMatch(
			/nothing failed, and too little was explored \(option "strict"\):\n {2,}no choice point was met/,
		)
		// All three of them.
		expect(output).toMatch(/3 failed|fail 3/)
	})
})

describe('vitest, with the plugin', () => {
	test.each([
		{
			name: 'globs that match nothing',
			awaits: 'sources/**',
			warning: /no await is a choice point: 'sources\/\*\*' matches no file that was loaded/,
		},
		{
			name: 'files without an await',
			awaits: 'src/**',
			warning: /no await is a choice point: the files that match 'src\/\*\*' have none \(src\/add\.mjs\)/,
		},
	])('$name', async ({ awaits, warning }) => {
		const loose = await runners['vitest']!(process.execPath, { AWAITS: awaits })
		expect(loose.code, loose.output).toBe(0)
		expect(loose.output).toMatch(warning)
		const strict = await runners['vitest']!(process.execPath, { AWAITS: awaits, TRACETEST_STRICT: '1' })
		expect(strict.code).toBe(1)
		expect(strict.output).toMatch(new RegExp(`too little was explored \\(option "strict"\\):\\n {2,}${warning.source}`))
	})
})
