import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasTerminal, inPipe, onTerminal } from './watch/pty.js'

/** `1,234 runs, 5,678 runs/s; at 3 delays: 90` */
const progress = /a long search: [\d,]+ runs, [\d,]+ runs\/s; at \d delays?: [\d,]+/
const interrupted =
	/a long search: interrupted after [\d.]+ m?s; explored, and no failure found: (?:\d+ schedules?|all schedules with ≤ \d delays? \([\d,]+\))/

test.skipIf(!hasTerminal)(
	'on a terminal: what it is at; on Ctrl-C what was explored, and then the signal',
	{ timeout: 30_000 },
	async () => {
		const { output, status } = await onTerminal(`exec "${process.execPath}" plain.mjs`, progress)
		expect(output).toMatch(progress)
		// One line, written over and over, and cleared at the end.
		expect(output.slice(0, output.indexOf('interrupted')).trim().split('\n').length).toBeLessThanOrEqual(2)
		expect(output).toMatch(new RegExp(`\r${String.fromCharCode(27)}\\[K\r?\n`))
		expect(output).toMatch(interrupted)
		expect(status).toBe(128 + 2)
	},
)

test('in a pipe: nothing until the end', async () => {
	const { output, signal } = await inPipe(['forked.mjs'], { ms: 2500 })
	expect(output).toMatch(new RegExp(`^\\n${interrupted.source}[^\\n]*\\n$`))
	expect(signal).toBe('SIGINT')
})

test('a process of vitest, whose main process has gone, does not search on', async () => {
	const child = fork(join(import.meta.dirname, 'watch/forked.mjs'), {
		env: { ...process.env, VITEST: 'true', TRACETEST: '' },
		silent: true,
		execArgv: [],
	})
	let output = ''
	child.stderr!.on('data', chunk => {
		output += String(chunk)
	})
	await once(child, 'message')
	child.disconnect()
	const [ended] = await Promise.all([once(child, 'exit'), once(child.stderr!, 'end')])
	expect(ended).toEqual([null, 'SIGTERM'])
	expect(output).toMatch(interrupted)
})
