// Servers that hang, in processes of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { type AwaitTree, treeText } from '@tsgotrace/tree'
import { Attachment, AttachRefused } from '@tsgotrace/tree/attach'
import { afterEach, expect } from 'vitest'
import { listenersOf } from '../src/attach/ports.js'

export const children: ChildProcess[] = []
afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Started {
	readonly node?: string
	readonly nodeArgs?: readonly string[]
	readonly mode?: string
	readonly uid?: number
	readonly program?: string
}

/** A server that hangs, as soon as it does. Its inspector would open at a free port: 9229 is one for all processes. */
export async function hungServer({
	node = process.execPath,
	nodeArgs = ['--inspect-port=0'],
	mode = '',
	uid,
	program = 'server.mjs',
}: Started = {}): Promise<{
	pid: number
	child: ChildProcess
	port: number
}> {
	const child = spawn(node, [...nodeArgs, join(import.meta.dirname, 'fixtures', program), mode], {
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

/** For as long as it takes on a machine that is busy. */
export const awaitLinesMs = 60_000

export const ports = (pid: number): number[] => listenersOf(pid).map(({ port }) => port)

/** Why a process is refused. */
export async function refusal(pid: number): Promise<string> {
	try {
		await (await Attachment.toProcess(pid)).close()
	} catch (error) {
		if (error instanceof AttachRefused) return error.message
		throw error
	}
	return 'not refused'
}

/** What the server waits for. */
export const chain: RegExp =
	/^5 x handler +\S+server\.mjs:20\n +awaits checkout +\S+server\.mjs:15\n +awaits acquire +\S+server\.mjs:8\n +<- held by waiters\[\] of Pool +\S+server\.mjs:4$/m

/** The tree of a process that hangs in its main thread and three workers; one of these waits by `Atomics.wait`. */
export async function treeOfWorkers(node: string): Promise<AwaitTree> {
	const { pid } = await hungServer({ node, program: 'workers.mjs', mode: 'blocked' })
	const attachment = await Attachment.toProcess(pid)
	try {
		return await attachment.tree({ awaitLinesMs })
	} finally {
		await attachment.close()
	}
}

/** What must be said of it. */
export function expectWorkers(tree: AwaitTree): void {
	const text = treeText(tree, { width: 300 })
	for (const [count, thread] of [
		[1, ''],
		[2, ' in thread 1'],
		[2, ' in thread 2'],
	] as const)
		expect(text).toMatch(
			new RegExp(
				String.raw`^${count} x serve${thread} +\S+workers\.mjs:16\n +awaits take +\S+workers\.mjs:10\n +<- held by waiting\[\] of Queue +\S+workers\.mjs:7$`,
				'm',
			),
		)
	// On Node 20 the one that is blocked answers.
	const isWhole = text.includes('in thread 3')
	expect(tree.warnings).toEqual(
		isWhole ? [] : ['a worker is not in the tree: it is blocked, as by Atomics.wait, or has ended'],
	)
}
