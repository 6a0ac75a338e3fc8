// Changing how a running process samples its tasks.
import { join } from 'node:path'
import { LiveProcess, setTasks, type TaskChanges, type ThreadSettings } from '@tsgotrace/live'
import { describe, expect, it, vi } from 'vitest'
import { start } from './programs.js'

const program = join(import.meta.dirname, 'fixtures/tasks.mjs')
const maySet = { TSGOTRACE_CONTROL: JSON.stringify({ maySet: true }) }

/** What holds for the only thread of a process, in a session of its own. */
async function inSession(pid: number, changes: TaskChanges = {}): Promise<Pick<ThreadSettings, 'before' | 'now'>> {
	await using live = await LiveProcess.open(pid)
	const [{ before, now }] = (await setTasks(live, changes)) as [ThreadSettings]
	return { before, now }
}

const unchanged = { sampleTasks: 'all', budget: null }

/** The process has noticed the end of the session. */
async function isUnchanged(pid: number): Promise<void> {
	await vi.waitFor(async () => expect(await inSession(pid)).toEqual({ before: unchanged, now: unchanged }), {
		timeout: 30_000,
	})
}

describe.runIf(process.platform !== 'win32')('a process that was prepared', () => {
	it('shows how tasks are sampled, and lets clients change nothing by default', async () => {
		const { pid } = await start('', { program, prepared: true })
		await isUnchanged(pid)
		await expect(inSession(pid, { sampleTasks: { every: 10 } })).rejects.toMatchObject({
			problem: 'refused',
			message: expect.stringMatching(/clients change nothing here\. Prepare .* \{ maySet: true \}/),
		})
		await isUnchanged(pid)
	})

	it('with maySet is changed for as long as the session, or for good', async () => {
		const { pid } = await start('', { program, prepared: true, env: maySet })
		const changed = { sampleTasks: 'every 10, at least 1 per second of each name', budget: 0.05 }
		expect(await inSession(pid, { sampleTasks: { every: 10, atLeast: 1 }, budget: 0.05 })).toEqual({
			before: unchanged,
			now: changed,
		})
		await isUnchanged(pid)
		await inSession(pid, { sampleTasks: { every: 2 }, budget: 0.5, keep: true })
		const kept = { sampleTasks: 'every 2', budget: 0.5 }
		expect(await inSession(pid, { sampleTasks: false, budget: null })).toEqual({
			before: kept,
			now: { sampleTasks: 'none', budget: null },
		})
		await vi.waitFor(async () => expect((await inSession(pid)).now).toEqual(kept), { timeout: 30_000 })
	})

	it('changes nothing for what is wrong, and says what', async () => {
		const { pid } = await start('', { program, prepared: true, env: maySet })
		await expect(inSession(pid, { sampleTasks: { every: 0 } })).rejects.toThrow(/every must be an integer from 1 to/)
		await expect(inSession(pid, { sampleTasks: { every: 2 }, budget: 7 })).rejects.toThrow(
			/budget: must be a share of the time/,
		)
		await isUnchanged(pid)
	})

	it('without tasks says so', async () => {
		const { pid } = await start('', { prepared: true, env: maySet })
		await expect(inSession(pid)).rejects.toMatchObject({
			problem: 'no tasks',
			message: 'the process does not use @tsgotrace/exec: there are no tasks',
		})
	})
})

it.runIf(process.platform === 'linux')('a process that was not prepared is changed too', async () => {
	const { pid } = await start('', { program })
	expect((await inSession(pid, { sampleTasks: { probability: 0.5 } })).now.sampleTasks).toBe('probability 0.5')
	await isUnchanged(pid)
})
