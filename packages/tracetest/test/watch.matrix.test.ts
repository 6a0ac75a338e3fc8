// Long searches below runners, which execute tests in processes or threads of their own.
import { describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { hasTerminal, inPipe, onTerminal, vitest } from './watch/pty.js'

const line = /a long search: [\d,]+ runs, [\d,]+ runs\/s; at \d delays?: [\d,]+\r?\n/
const interrupted = /a long search: interrupted after [\d.]+ m?s; explored, and no failure found: \S/

const nodes = describe.skipIf(!hasTerminal).each(nodeVersions)

/**
 * As a shell does that a person types into: it goes on after Ctrl-C. Without it the terminal is gone as soon as the
 * runner has ended, and what the processes below it print, late on a busy machine, is not seen.
 */
const inShell = (command: string): string => `trap : INT; ${command}; status=$?; sleep 20; exit $status`

// They wait for seconds to pass, and one need not wait for the other.
nodes('Node %s', { concurrent: true }, version => {
	test('vitest, processes: lines now and then, and what was explored', async () => {
		const node = await nodeOf(version)
		const { output, status } = await onTerminal(inShell(`"${node}" "${vitest}" run --root . --pool forks`), line)
		expect(output).toMatch(line)
		expect(output).toMatch(interrupted)
		expect(status).toBe(128 + 2)
	})

	test('vitest, threads: lines now and then; threads get no signals', async () => {
		const node = await nodeOf(version)
		const { output, status } = await onTerminal(inShell(`"${node}" "${vitest}" run --root . --pool threads`), line)
		expect(output).toMatch(line)
		expect(status).toBe(128 + 2)
	})

	test('node:test: lines now and then, and what was explored', async () => {
		const node = await nodeOf(version)
		const { output } = await onTerminal(inShell(`"${node}" --test long.node.mjs`), line)
		expect(output).toMatch(line)
		expect(output).toMatch(interrupted)
	})
})

test.concurrent.each([
	{ name: 'vitest', args: [vitest, 'run', '--root', '.'], passed: /1 passed/ },
	{ name: 'node:test', args: ['--test', 'long.node.mjs'], passed: /# pass 1/ },
])('$name in a pipe: no lines', async ({ args, passed }) => {
	const { output } = await inPipe(args, { budget: 4000 })
	expect(output).not.toMatch(line)
	expect(output).toMatch(passed)
})
