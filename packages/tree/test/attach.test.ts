// Live processes: what works, what is refused, and that nothing is left behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { treeText } from '@tsgotrace/tree'
import { Attachment, AttachRefused } from '@tsgotrace/tree/attach'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { listenersOf } from '../src/attach/ports.js'

vi.setConfig({ testTimeout: 60_000 })

const children: ChildProcess[] = []
afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Started {
	readonly nodeArgs?: readonly string[]
	readonly mode?: string
	readonly uid?: number
}

/** A server that hangs, as soon as it does. Its inspector would open at a free port: 9229 is one for all processes. */
async function hungServer({
	nodeArgs = ['--inspect-port=0'],
	mode = '',
	uid,
}: Started = {}): Promise<{ pid: number; child: ChildProcess; port: number }> {
	const child = spawn(process.execPath, [...nodeArgs, join(import.meta.dirname, 'fixtures/server.mjs'), mode], {
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env: { ...process.env, NODE_OPTIONS: '' },
		...(uid !== undefined && { uid }),
	})
	children.push(child)
	const port = await new Promise<number>((resolve, reject) => {
		child.once('message', message => resolve(message as number))
		child.once('exit', code => reject(new Error(`the server has ended with ${code}`)))
	})
	return { pid: child.pid!, child, port }
}

const ports = (pid: number): number[] => listenersOf(pid).map(({ port }) => port)

async function refusal(pid: number): Promise<string> {
	try {
		await (await Attachment.toProcess(pid)).close()
	} catch (error) {
		if (error instanceof AttachRefused) return error.message
		throw error
	}
	return 'not refused'
}

const onLinux = process.platform === 'linux'

describe.runIf(onLinux)('a live process', () => {
	const chain =
		/^5 x handler +\S+server\.mjs:20\n +awaits checkout +\S+server\.mjs:15\n +awaits acquire +\S+server\.mjs:8\n +<- held by waiters\[\] of Pool +\S+server\.mjs:4$/m

	it('says what it waits for, with the lines of the awaits, and its inspector is closed afterwards', async () => {
		const { pid, child } = await hungServer()
		const before = ports(pid)
		expect(before).toHaveLength(1)
		const attachment = await Attachment.toProcess(pid)
		expect(ports(pid)).toHaveLength(2)
		expect([attachment.node, attachment.objection]).toEqual([process.version, null])
		const tree = await attachment.tree()
		expect(treeText(tree, { width: 300 })).toMatch(chain)
		expect(await attachment.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
		expect(child.exitCode).toBe(null)
		// And again.
		const again = await Attachment.toProcess(pid)
		expect(treeText(await again.tree(), { width: 300 })).toMatch(chain)
		expect(await again.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
	})

	it('keeps an inspector that was open before', async () => {
		const { pid, port } = await hungServer({ nodeArgs: ['--inspect=127.0.0.1:0'] })
		const before = ports(pid)
		expect(before).toHaveLength(2)
		// A question to the server itself would be one more request that hangs.
		const inspector = before.find(other => other !== port)
		const attachment = await Attachment.toAddress({ host: '127.0.0.1', port: inspector! })
		expect(treeText(await attachment.tree(), { width: 300 })).toMatch(chain)
		expect(await attachment.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
	})

	it('answers in a busy loop', async () => {
		const { pid } = await hungServer({ mode: 'busy' })
		const attachment = await Attachment.toProcess(pid)
		expect(treeText(await attachment.tree(), { width: 300 })).toMatch(chain)
		await attachment.close()
	})

	it('is refused where that is not safe or not possible, with the reason', async () => {
		expect(await refusal(2 ** 22 + 1)).toBe('there is no process 4194305')
		expect(await refusal(process.pid)).toMatch(/itself/)
		const sleep = spawn('sleep', ['1000'])
		children.push(sleep)
		expect(await refusal(sleep.pid!)).toMatch(/^process \d+ is not Node: it executes \/\S*(sleep|coreutils|busybox)$/)
		const { pid, child } = await hungServer()
		child.kill('SIGSTOP')
		await vi.waitFor(async () => expect(await refusal(pid)).toMatch(/is stopped; let it go on first: kill -CONT \d+$/), 20_000)
	})

	it('with a handler of its own for SIGUSR1 goes on, and that is said', async () => {
		const { pid, child } = await hungServer({ mode: 'own-handler' })
		expect(await refusal(pid)).toMatch(/did not open its inspector within 3 s: it may have a handler of its own for SIGUSR1/)
		expect(child.exitCode).toBe(null)
	})

	it('whose port another process has cannot be attached to, and that is said', async () => {
		const other = createServer().listen(0, '127.0.0.1')
		await new Promise(resolve => other.once('listening', resolve))
		const { port } = other.address() as AddressInfo
		const { pid, child } = await hungServer({ nodeArgs: [`--inspect-port=${port}`] })
		expect(await refusal(pid)).toMatch(new RegExp(`another process has port ${port}`))
		expect(child.exitCode).toBe(null)
		other.close()
	})

	it.skipIf(process.getuid?.() !== 0)('of another user is refused', async () => {
		const { pid } = await hungServer({ uid: 65534 })
		expect(await refusal(pid)).toMatch(/belongs to user 65534, and this is user 0/)
	})
})

it('an address at which no inspector answers is refused', async () => {
	const other = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
	await new Promise(resolve => other.once('listening', resolve))
	const { port } = other.address() as AddressInfo
	await expect(Attachment.toAddress({ host: '127.0.0.1', port })).rejects.toThrow(/^no inspector of Node answers at 127\.0\.0\.1:\d+$/)
	await new Promise(resolve => other.close(resolve))
	await expect(Attachment.toAddress({ host: '127.0.0.1', port })).rejects.toThrow(AttachRefused)
})
