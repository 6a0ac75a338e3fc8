// The command line tool as users start it.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { plainEnvironment } from './environment.js'
import { type Run, runInHost } from './host.js'

export type { Run } from './host.js'

export const bin: string = fileURLToPath(new URL('../bin/tsgotrace.js', import.meta.url))

export interface CliOptions {
	/** What is added to the environment. */
	readonly env?: Readonly<Record<string, string>>
}

/** Start the tool in `cwd`, in a process of its own, from the committed bin. Colours and the like are as in a pipe. */
export function start(args: readonly string[], cwd: string, { env = {} }: CliOptions = {}): ChildProcess {
	return spawn(process.execPath, [bin, ...args], {
		cwd,
		env: { ...plainEnvironment(), ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	})
}

/**
 * Run the tool in `cwd` to its end: in a process of its own where it has an environment of its own, else in one that
 * many runs share.
 */
export async function cli(args: readonly string[], cwd: string, options?: CliOptions): Promise<Run> {
	if (options === undefined) return runInHost(args, cwd)
	const child = start(args, cwd, options)
	const out = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const)
		child[name]!.setEncoding('utf8').on('data', (text: string) => (out[name] += text))
	const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
	return { status, ...out }
}

/** Without what differs between runs. */
export function timeless(text: string): string {
	return text.replace(/\(\d+ ms\)/g, '(0 ms)').replace(/"ms": \d+/g, '"ms": 0')
}
