// What the bindings to vitest and node:test offer besides reports: in the runners themselves.

import { beforeAll, describe, expect, test } from 'vitest'
import { compile, type Ended, expectGolden, installed, normalised, programs, runNode, runShell } from './go123.js'

interface Runner {
	readonly name: 'vitest' | 'node'
	/** Arguments of Node that run a file of programs. */
	readonly args: (file: string, ...more: readonly string[]) => readonly string[]
}

const runners: readonly Runner[] = [
	{
		name: 'vitest',
		args: (file, ...more) => [installed('vitest', 'vitest.mjs'), 'run', ...more, `test/${file}.vitest.ts`],
	},
	{ name: 'node', args: (file, ...more) => ['--enable-source-maps', '--test', ...more, `dist/test/${file}.node.js`] },
]

beforeAll(() => compile(), 120_000)

describe.each(runners)('$name', ({ name, args }) => {
	const verbose = `--${name === 'node' ? 'test-' : ''}reporter=${name === 'node' ? 'spec' : 'verbose'}`

	test('its modifiers, fixtures, timers, concurrency, timeouts and options', async () => {
		const ended = await runNode(process.execPath, args('features', verbose), programs)
		expect(ended.code, ended.output).toBe(0)
		// Without what fails as it is expected to: versions of Node mark it in other ways.
		const lines = normalised(ended, programs).split('\n')
		expectGolden(`${lines.filter(line => /^\s*[✓✔×↓□﹣▶❯↳ℹ] /.test(line)).join('\n')}\n`, `${name}-features`)
	})

	test('only', async () => {
		const { output } = await runNode(
			process.execPath,
			args('only', verbose, ...(name === 'node' ? ['--test-only'] : [])),
			programs,
		)
		expect(output).toMatch(/[✓✔] .*only this/)
		expect(output).toMatch(/[✓✔] .*and only this/)
		expect(output).not.toMatch(/[✓✔] .*one of many/)
	})

	describe('replay', () => {
		let failed: Ended
		/** The command that the report prints. */
		let command: string
		let token: string
		beforeAll(async () => {
			failed = await runNode(process.execPath, args('replay', verbose), programs)
			command = /^\s*replay: (.*)$/m.exec(failed.output)?.[1] ?? ''
			token = /TRACETEST=(\S*)/.exec(command)?.[1] ?? ''
		})

		test('one of two tests has failed, with a command', () => {
			expect(failed.code).toBe(1)
			expect(command).toMatch(/^TRACETEST=tt1:\S+ (?:npx vitest|node) /)
			expect(failed.output).toMatch(/[✓✔] .*counts to \$2, or less/)
			expect(failed.output).not.toContain('Serialized Error')
			// Node 20 prints each failure twice.
			if (name === 'vitest') expect(failed.output.match(/schedule, one line/g)).toHaveLength(1)
		})

		test('the command, in a shell, fails with the same schedule, and runs no other test', async () => {
			const { code, output } = await runShell(command, programs)
			expect(output).toContain('replayed: the schedule of the token')
			expect(output).not.toContain('found in')
			expect(output).not.toMatch(/[✓✔] .*or less/)
			expect(code).toBe(1)
			expect(timeline(output)).toEqual(timeline(failed.output))
			expect(timeline(output).join('\n')).toContain('DELAYED here: A')
		})

		test('fixed in such a way that it goes another way, it has diverged and does not pass', async () => {
			const { code, output } = await runShell(command, programs, { FIXED: 'with a lock' })
			expect(output).toMatch(/diverged at decision \d+/)
			expect(code).toBe(1)
		})

		test('fixed in place, the same schedule passes, and says that it is one schedule', async () => {
			const reporter = name === 'vitest' ? ' --reporter=verbose' : ''
			const { code, output } = await runShell(command + reporter, programs, { FIXED: 'in place' })
			expect(code, output).toBe(0)
			expect(output).toContain('replayed the schedule of the token')
		})

		test('a token of another test changes nothing', async () => {
			const { code, output } = await runNode(process.execPath, args('features', verbose), programs, {
				TRACETEST: token,
			})
			expect(code, output).toBe(0)
			expect(output).toContain('exhaustive: all ')
		})

		test.each([
			['tt2:x:0:0', 'a token begins with "tt1:"'],
			['tt1:its-a:d1', 'the token is damaged'],
		])('%s is a clear error', async (broken, message) => {
			const { code, output } = await runNode(process.execPath, args('replay'), programs, { TRACETEST: broken })
			expect(output).toContain(`TRACETEST=${broken}: ${message}`)
			expect(code).toBe(1)
		})
	})
})

/** The lines of the schedule that a report shows. */
function timeline(output: string): string[] {
	const lines = output.split('\n').map(line => line.trim())
	const start = lines.findIndex(line => line.startsWith('schedule, one line'))
	return lines.slice(start, lines.indexOf('', start)).filter(line => /^(?:▶ )?[AB] /.test(line))
}
