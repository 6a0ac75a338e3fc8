// The command line tool as users start it: a process of its own, from the committed bin.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const bin: string = fileURLToPath(new URL('../bin/tsgotrace.js', import.meta.url))

/** What a run of the tool printed and how it ended. */
export interface Run {
	readonly status: number | null
	readonly stdout: string
	readonly stderr: string
}

export interface CliOptions {
	readonly env?: Readonly<Record<string, string>>
}

/** Start the tool in `cwd`. Colours and the like are as in a pipe, whatever the environment of the tests says. */
export function start(args: readonly string[], cwd: string, { env = {} }: CliOptions = {}): ChildProcess {
	const { FORCE_COLOR: _, NO_COLOR: __, NODE_OPTIONS: ___, ...rest } = process.env
	return spawn(process.execPath, [bin, ...args], { cwd, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Run the tool in `cwd` to its end. */
export async function cli(args: readonly string[], cwd: string, options?: CliOptions): Promise<Run> {
	const child = start(args, cwd, options)
	const out = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const) child[name]!.setEncoding('utf8').on('data', (text: string) => (out[name] += text))
	const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
	return { status, ...out }
}

/** Without what differs between runs. */
export function timeless(text: string): string {
	return text.replace(/\(\d+ ms\)/g, '(0 ms)').replace(/"ms": \d+/g, '"ms": 0')
}
