// `record --pid --exec` of a server that was not prepared.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { cli, type Run } from './cli.js'

interface ServerState {
	readonly listeners: readonly string[]
	/** Events with probes, and all of them. */
	readonly attached: number
	readonly events: number
}

const program = join(import.meta.dirname, '../../packages/live/test/fixtures/requests.mjs')

async function stateOf(child: ChildProcess): Promise<ServerState> {
	return new Promise(resolve => {
		child.once('message', message => resolve((message as { state: ServerState }).state))
		child.send('state')
	})
}

/**
 * Record a server with a Node, twice, and look at it before and after.
 * @param hasStates whether this Node can follow the states of tasks
 */
export async function recordsExec(node: string, hasStates: boolean): Promise<void> {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-exec-'))
	const child = fork(program, {
		execPath: node,
		execArgv: ['--inspect-port=0'],
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env: { ...process.env, NODE_OPTIONS: '' },
	})
	try {
		await new Promise<void>((resolve, reject) => {
			child.once('message', () => resolve())
			child.once('exit', code => reject(new Error(`the server has ended with ${code}`)))
		})
		const record = async (...args: string[]): Promise<Run> =>
			cli(['record', '--pid', String(child.pid), '--max-events', '200', '--for', '600s', ...args], dir)
		const before = await stateOf(child)
		const first = await record('--exec')
		expect(first).toMatchObject({ status: 0, stdout: '' })
		const events = (await cli(['print', 'trace.perfetto-trace'], dir)).stdout
		expect(events).toMatch(/exec\/tasks:traceTaskBegin.*GET \/item/)
		expect(events).toContain('exec/thread:traceHeapUsedCount')
		expect(events.includes('exec/states:traceWaitDone')).toBe(hasStates)
		// What was loaded stays, and is loaded once. None of it is at work.
		await vi.waitFor(
			async () => expect(await stateOf(child)).toMatchObject({ listeners: before.listeners, attached: 0 }),
			30_000,
		)
		const { events: loaded } = await stateOf(child)
		expect(loaded).toBeGreaterThan(10)
		const second = await record('--exec=tasks', '--sample-tasks', 'every:4', '--budget', '50%')
		expect(second).toMatchObject({ status: 0, stdout: '' })
		expect((await cli(['print', 'trace.perfetto-trace'], dir)).stdout).toMatch(/exec\/sampling:traceSampling.*every 4/)
		await vi.waitFor(async () => expect(await stateOf(child)).toEqual({ ...before, events: loaded }), 30_000)
		const wanted = await record('--exec=states')
		if (!hasStates)
			expect(wanted).toMatchObject({
				status: 3,
				stderr: expect.stringMatching(/--exec=states: The states of tasks are not followed/),
			})
	} finally {
		child.kill('SIGKILL')
		rmSync(dir, { recursive: true, force: true })
	}
}
