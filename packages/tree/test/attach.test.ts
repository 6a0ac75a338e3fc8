// Live processes: what works, what is refused, and that nothing is left behind. More of it is in attach.matrix.test.ts.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { treeText } from '@tsgotrace/tree'
import { Attachment, AttachRefused } from '@tsgotrace/tree/attach'
import { describe, expect, it, vi } from 'vitest'
import { awaitLinesMs, chain, children, hungServer, ports, refusal } from './attached.js'

vi.setConfig({ testTimeout: 60_000 })

describe.runIf(process.platform === 'linux')('a live process', () => {
	it('says what it waits for, with the lines of the awaits, and its inspector is closed afterwards', async () => {
		const { pid, child } = await hungServer()
		const before = ports(pid)
		expect(before).toHaveLength(1)
		const attachment = await Attachment.toProcess(pid)
		expect(ports(pid)).toHaveLength(2)
		expect([attachment.node, attachment.objection]).toEqual([process.version, null])
		const tree = await attachment.tree({ awaitLinesMs })
		expect(treeText(tree, { width: 300 })).toMatch(chain)
		expect(await attachment.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
		expect(child.exitCode).toBe(null)
		// And again.
		const again = await Attachment.toProcess(pid)
		expect(treeText(await again.tree({ awaitLinesMs }), { width: 300 })).toMatch(chain)
		expect(await again.close()).toBe(true)
		expect(ports(pid)).toEqual(before)
	})

	it('is refused where that is not safe or not possible, with the reason', async () => {
		expect(await refusal(2 ** 22 + 1)).toBe('there is no process 4194305')
		expect(await refusal(process.pid)).toMatch(/itself/)
		const sleep = spawn('sleep', ['1000'])
		children.push(sleep)
		expect(await refusal(sleep.pid!)).toMatch(/^process \d+ is not Node: it executes \/\S*(sleep|coreutils|busybox)$/)
		const { pid, child } = await hungServer()
		child.kill('SIGSTOP')
		await vi.waitFor(
			async () => expect(await refusal(pid)).toMatch(/is stopped; let it go on first: kill -CONT \d+$/),
			20_000,
		)
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
	await expect(Attachment.toAddress({ host: '127.0.0.1', port })).rejects.toThrow(
		/^no inspector of Node answers at 127\.0\.0\.1:\d+$/,
	)
	await new Promise(resolve => other.close(resolve))
	await expect(Attachment.toAddress({ host: '127.0.0.1', port })).rejects.toThrow(AttachRefused)
})
