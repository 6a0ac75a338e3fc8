// Processes of containers: with ids, files and a network of their own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LiveProcess, nodeProcesses, recordProcess } from '@tsgotrace/live'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { socketOwner } from '../src/protocol/directory.js'
import { left, refusal, runtime, start } from './programs.js'

vi.setConfig({ testTimeout: 60_000 })

/** Whether this user may make namespaces here. */
function canUnshare(...options: readonly string[]): boolean {
	if (process.platform !== 'linux') return false
	try {
		execFileSync('unshare', [...options, 'true'], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
}

/** With processes and mounts of its own; it ends with the test. */
const ofProcesses = ['--pid', '--fork', '--kill-child', '--mount-proc']

/** The only child of a process. */
const childOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())

let dir = ''
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-parts-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function recorded(pid: number): Promise<string> {
	await using live = await LiveProcess.open(pid)
	expect(live.isInspectorClosed).toBe(true)
	const [thread] = await recordProcess(live, { options: {}, limits: { ms: 600_000, events: 10 }, directory: dir })
	return readFileSync(thread!.path, 'latin1')
}

describe.runIf(canUnshare(...ofProcesses))('a process in another pid namespace', () => {
	it('that was not prepared is recorded by the id that it has here, and is as before', async () => {
		const { pid, state } = await start('', { within: ['unshare', ...ofProcesses] })
		const before = left(await state())
		expect(await recorded(childOf(pid))).toContain('traceRequest')
		await vi.waitFor(async () => expect(left(await state())).toEqual(before), { timeout: 30_000 })
	})

	it('with a directory for temporary files that is not ours is recorded, and nothing is left in that', async () => {
		const mount = ['sh', '-c', 'mount -t tmpfs tmpfs "$TMPDIR" && exec "$@"', 'sh']
		const { pid } = await start('', { within: ['unshare', ...ofProcesses, ...mount], env: { TMPDIR: dir } })
		const inner = childOf(pid)
		const live = await LiveProcess.open(inner)
		const theirs = `/proc/${inner}/root${dir}`
		await live.close()
		expect(await recorded(inner)).toContain('traceRequest')
		await vi.waitFor(() => expect(readdirSync(theirs)).toEqual([]), { timeout: 30_000 })
	})

	it('that was prepared is found by its socket, which no other process with its id takes away', async () => {
		const within = ['unshare', ...ofProcesses]
		const [one, two] = [await start('', { within, prepared: true }), await start('', { within, prepared: true })]
		const pids = [childOf(one.pid), childOf(two.pid)]
		const owners = readdirSync(join(runtime, 'tsgotrace')).map(name => socketOwner(name))
		expect(owners.filter(owner => owner?.pid === 1)).toHaveLength(2)
		for (const pid of pids) {
			await using live = await LiveProcess.open(pid)
			expect(live.threads.map(({ about }) => [about.pid, about.isPrepared])).toEqual([[1, true]])
		}
		const listed = await nodeProcesses()
		expect(pids.map(pid => listed.find(process => process.pid === pid)?.threads.length)).toEqual([1, 1])
	})
})

describe.runIf(canUnshare('--net'))('a process in another network namespace', () => {
	it('that was not prepared is refused with the reason; by its control socket it is recorded', async () => {
		// A process alone is executed in place: its id is that of `unshare`.
		const { pid, child } = await start('', { within: ['unshare', '--net'] })
		expect(await refusal(pid)).toMatch(
			/^process \d+ runs in another network namespace, that of a container: .* nsenter --target \d+ --net npx tsgotrace …$/,
		)
		expect(child.exitCode).toBe(null)
		const prepared = await start('', { within: ['unshare', '--net'], prepared: true })
		expect(await recorded(prepared.pid)).toContain('traceRequest')
	})
})
