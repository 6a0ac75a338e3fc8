// Processes to look into.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LiveProcess } from '@tsgotrace/live'
import { afterAll, afterEach } from 'vitest'

const children: ChildProcess[] = []
afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Where the control sockets of the tests are. */
export const runtime: string = mkdtempSync(join(tmpdir(), 'tsgotrace-live-test-'))
process.env['XDG_RUNTIME_DIR'] = runtime
afterAll(() => rmSync(runtime, { recursive: true, force: true }))

export interface ProgramOptions {
	readonly node?: string
	readonly nodeArgs?: readonly string[]
	readonly args?: readonly string[]
	/** With control sockets. */
	readonly prepared?: boolean
	readonly program?: string
	readonly env?: Readonly<Record<string, string>>
	readonly uid?: number
	/** What the process is started by, such as `unshare` and its options. */
	readonly within?: readonly string[]
}

/** What a process says of itself: see `fixtures/server.mjs`. */
export interface State {
	readonly probes: readonly number[]
	readonly globals: number
	readonly listeners: readonly string[]
	readonly resources: readonly string[]
}

export interface Program {
	readonly pid: number
	readonly child: ChildProcess
	readonly state: () => Promise<State>
}

const register = pathToFileURL(join(import.meta.dirname, '../dist/control/register.js')).href

/** Start a program, and wait until it is ready. */
export async function start(mode = '', options: ProgramOptions = {}): Promise<Program> {
	const {
		node = process.execPath,
		nodeArgs = ['--inspect-port=0'],
		args = [],
		prepared = false,
		program,
		env = {},
		uid,
		within = [],
	} = options
	const { NODE_OPTIONS: _, ...inherited } = process.env
	const child = fork(program ?? join(import.meta.dirname, 'fixtures/server.mjs'), [mode, ...args], {
		execPath: within[0] ?? node,
		execArgv: [
			...within.slice(1),
			...(within.length > 0 ? [node] : []),
			...nodeArgs,
			...(prepared ? ['--import', register] : []),
		],
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env: { ...inherited, ...env },
		...(uid !== undefined && { uid }),
	})
	children.push(child)
	await new Promise<void>((resolve, reject) => {
		child.once('message', () => resolve())
		child.once('exit', code => reject(new Error(`the program has ended with ${code}`)))
	})
	return {
		pid: child.pid!,
		child,
		state: async () =>
			new Promise<State>(resolve => {
				child.once('message', message => resolve((message as { state: State }).state))
				child.send('state')
			}),
	}
}

/** What is left of the outside in a process: all that must be as before. */
export function left({ probes, globals, listeners }: State): Omit<State, 'resources'> {
	return { probes, globals, listeners }
}

/** Why a process is refused. */
export async function refusal(pid: number): Promise<string> {
	try {
		await (await LiveProcess.open(pid)).close()
	} catch (error) {
		return (error as Error).message
	}
	return 'not refused'
}
