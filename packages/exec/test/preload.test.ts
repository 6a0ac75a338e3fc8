import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { execEnvironment, execGlobs } from '@tsgotrace/exec/launch'
import { expect, it } from 'vitest'
import { stackOverflowEnds } from '../src/versions.js'

const preload = fileURLToPath(new URL('../preload.cjs', import.meta.url))

it.each([
	['20.19.6', true, true],
	['20.20.0', false, false],
	['21.7.3', true, true],
	['22.21.1', true, true],
	['22.22.0', false, false],
	['23.11.1', true, true],
	['24.12.0', false, true],
	['24.13.0', false, false],
	['25.2.1', false, true],
	['25.3.0', false, false],
	['26.0.0', false, false],
])('knows whether Node %s ends where a stack overflow meets what follows tasks', (version, byStorage, byHooks) => {
	expect(stackOverflowEnds(version, 'storage')).toBe(byStorage)
	expect(stackOverflowEnds(version, 'hooks')).toBe(byHooks)
})

it('on a Node where that may end the program, tasks are left out with one warning, and the thread is not', () => {
	const program = `
		Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.21.1' } })
		require(${JSON.stringify(preload)})
		const { events } = require('@tsgotrace/runtime')
		console.log([...new Set(events().map(({ id }) => id.split(':')[0]))].join())
		new (require('node:worker_threads').Worker)('require(process.argv[2])', { eval: true, argv: [${JSON.stringify(preload)}] })
	`
	const { stdout, stderr } = run(program)
	expect(stdout.trim()).toBe('@tsgotrace/exec/thread,@tsgotrace/exec/cpu')
	expect(stderr.match(/TraceRecordWarning/g)).toHaveLength(1)
	expect(stderr).toContain('tasks are not recorded: on Node 22.21.1')
	expect(stderr).toContain('hint: use Node 20.20, 22.22, 24 or newer')
})

it('on a Node that is too old there is a warning, and the program runs', () => {
	const { stdout, stderr } = run(`
		Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } })
		require(${JSON.stringify(preload)})
		console.log('runs')
	`)
	expect(stdout).toBe('runs\n')
	expect(stderr).toContain('the execution is not recorded: it needs Node 20.19 or newer')
})

it('installs nothing in a program of which nothing is recorded', () => {
	const { stdout } = run(`
		const before = [process.getActiveResourcesInfo().length, process.eventNames().length]
		require(${JSON.stringify(preload)})
		const { executionAsyncResource } = require('node:async_hooks')
		console.log(JSON.stringify(before) === JSON.stringify([process.getActiveResourcesInfo().length, process.eventNames().length]))
		console.log(require('node:diagnostics_channel').hasSubscribers('http.server.request.start'), Object.getOwnPropertySymbols(executionAsyncResource()).length)
	`)
	expect(stdout).toBe(
		`true\nfalse ${run('console.log(Object.getOwnPropertySymbols(require("node:async_hooks").executionAsyncResource()).length)').stdout}`,
	)
})

it('adds its events to those that are asked for', () => {
	expect(execGlobs('tasks')[0]).toBe('*')
	expect(execGlobs('tasks', ['hello:*'])).not.toContain('*')
	expect(execGlobs('tasks', ['!hello:*']).slice(0, 2)).toEqual(['*', '!hello:*'])
})

it('is required before the recorder, and keeps the options of Node that there are', () => {
	const { NODE_OPTIONS, OTHER, TSGOTRACE_EXEC } = execEnvironment(
		{ NODE_OPTIONS: '--require=/recorder.cjs --no-warnings', OTHER: '1' },
		'auto',
	)
	expect(NODE_OPTIONS).toBe(`--require=${preload} --require=/recorder.cjs --no-warnings`)
	expect([OTHER, TSGOTRACE_EXEC]).toEqual(['1', 'auto'])
})

function run(program: string): { stdout: string; stderr: string } {
	const cwd = fileURLToPath(new URL('..', import.meta.url))
	return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd })
}
