// Live processes of all versions of Node, and what is left behind by one who is killed.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { treeText } from '@tsgotrace/tree'
import { Attachment } from '@tsgotrace/tree/attach'
import { describe, expect, it, vi } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { listenersOf } from '../src/attach/ports.js'
import { awaitLinesMs, chain, children, expectWorkers, hungServer, ports, refusal, treeOfWorkers } from './attached.js'

describe.runIf(process.platform === 'linux').each(nodeVersions)('a process of Node %s', version => {
	it('has a tree, twenty times over, and nothing is left behind', async () => {
		const { pid } = await hungServer({ node: await nodeOf(version) })
		const before = listenersOf(pid)
		for (let i = 0; i < 20; i++) {
			const attachment = await Attachment.toProcess(pid)
			expect(attachment.node).toMatch(new RegExp(`^v${version}\\.`))
			// The snapshot is what takes long, and no part of this.
			if (i === 0) expect(treeText(await attachment.tree({ awaitLinesMs }), { width: 300 })).toMatch(chain)
			expect(await attachment.close()).toBe(true)
		}
		expect(listenersOf(pid)).toEqual(before)
	})

	it('has a tree of its workers too', async () => {
		expectWorkers(await treeOfWorkers(await nodeOf(version)))
	})

	// Node 20 has no such flag.
	it.skipIf(version === '20')('that does not take SIGUSR1 is refused, and goes on', async () => {
		const { pid } = await hungServer({ node: await nodeOf(version), nodeArgs: ['--disable-sigusr1'] })
		await expect(Attachment.toProcess(pid)).rejects.toThrow(/cannot be opened: it blocks SIGUSR1/)
		process.kill(pid, 0)
	})
})

// It takes a quarter of a minute, in which nothing happens: of all versions at once.
it.runIf(process.platform === 'linux')(
	'processes of all versions close their inspectors when who has opened them is killed',
	async () => {
		const closes = async (version: string): Promise<void> => {
			const { pid } = await hungServer({ node: await nodeOf(version) })
			const before = listenersOf(pid)
			const client = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/attached.mjs'), String(pid)], {
				stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
				env: { ...process.env, NODE_OPTIONS: '' },
			})
			children.push(client)
			await new Promise((resolve, reject) => client.once('message', resolve).once('exit', reject))
			expect(listenersOf(pid), version).toHaveLength(before.length + 1)
			client.kill('SIGKILL')
			await vi.waitFor(() => expect(listenersOf(pid), version).toEqual(before), { timeout: 90_000, interval: 500 })
			process.kill(pid, 0)
		}
		await Promise.all(nodeVersions.map(closes))
	},
)

describe.runIf(process.platform === 'linux')('a live process', () => {
	it('keeps an inspector that was open before', async () => {
		const { pid, port } = await hungServer({ nodeArgs: ['--inspect=127.0.0.1:0'] })
		const before = ports(pid)
		expect(before).toHaveLength(2)
		// A question to the server itself would be one more request that hangs.
		const inspector = before.find(other => other !== port)
		const attachment = await Attachment.toAddress({ host: '127.0.0.1', port: inspector! })
		expect(treeText(await attachment.tree({ awaitLinesMs }), { width: 300 })).toMatch(chain)
		expect(await attachment.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
	})

	it('answers in a busy loop', async () => {
		const { pid } = await hungServer({ mode: 'busy' })
		const attachment = await Attachment.toProcess(pid)
		expect(treeText(await attachment.tree({ awaitLinesMs }), { width: 300 })).toMatch(chain)
		await attachment.close()
	})

	it('with a large heap has an objection, and says what a snapshot would take', async () => {
		const { pid } = await hungServer({ mode: 'big' })
		const attachment = await Attachment.toProcess(pid)
		expect(attachment.objection).toMatch(/^the process would do nothing else for up to \d+ s/)
		expect(attachment.estimate.memory).toBeGreaterThan(100e6)
		expect(await attachment.close()).toBe(true)
	})

	it('with its own handler for SIGUSR1 goes on, and the error says so', async () => {
		const { pid, child } = await hungServer({ mode: 'own-handler' })
		expect(await refusal(pid)).toMatch(
			/did not open its inspector within \d+ s: it may have its own handler for SIGUSR1/,
		)
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
})
