// Servers that hang, in processes of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Attachment, AttachRefused } from '@tsgotrace/tree/attach'
import { afterEach } from 'vitest'
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
}

/** A server that hangs, as soon as it does. Its inspector would open at a free port: 9229 is one for all processes. */
export async function hungServer({ node = process.execPath, nodeArgs = ['--inspect-port=0'], mode = '', uid }: Started = {}): Promise<{
	pid: number
	child: ChildProcess
	port: number
}> {
	const child = spawn(node, [...nodeArgs, join(import.meta.dirname, 'fixtures/server.mjs'), mode], {
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
