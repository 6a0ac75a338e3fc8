import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Whether there is a `script` that takes these options: util-linux has it. */
export const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

/** What a program has written, and how it ended. */
export interface Ended {
	readonly output: string
	readonly status: number | null
	readonly signal: NodeJS.Signals | null
}

/** Run `command` in this directory on a terminal of its own, and press Ctrl-C when it has written `cue`. */
export function onTerminal(command: string, cue: RegExp): Promise<Ended> {
	return run('script', ['-qec', command, '/dev/null'], cue, child => void child.stdin!.write('\u0003'))
}

/**
 * Run Node in this directory, its output going into pipes, until the search has spent `budget`, or, if it reports that
 * it has begun, gets SIGINT `ms` later.
 */
export function inPipe(args: readonly string[], { budget, ms }: { budget?: number; ms?: number }): Promise<Ended> {
	const env = budget === undefined ? {} : { LONG_BUDGET: String(budget) }
	const begun = (child: ReturnType<typeof spawn>): void => {
		if (ms !== undefined) child.once('message', () => setTimeout(() => child.kill('SIGINT'), ms))
	}
	return run(process.execPath, args, /$^/, () => {}, begun, env)
}

function run(
	file: string,
	args: readonly string[],
	cue: RegExp,
	interrupt: (child: ReturnType<typeof spawn>) => void,
	begun: (child: ReturnType<typeof spawn>) => void = () => {},
	more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
	const {
		TRACETEST: _token,
		NODE_TEST_CONTEXT: _context,
		VITEST: _vitest,
		FORCE_COLOR: _color,
		NO_COLOR: _no,
		CI: _ci,
		...env
	} = process.env
	const stdio = ['pipe', 'pipe', 'pipe', 'ipc'] as const
	const child = spawn(file, args, {
		cwd: import.meta.dirname,
		env: { ...env, ...more, FORCE_TTY: '' },
		stdio: [...stdio],
	})
	let output = ''
	let pressed = false
	const read = (chunk: unknown): void => {
		output += String(chunk)
		if (pressed || !cue.test(output)) return
		pressed = true
		interrupt(child)
	}
	child.stdout!.on('data', read)
	child.stderr!.on('data', read)
	begun(child)
	return new Promise((resolve, reject) => {
		child.on('error', reject)
		child.on('close', (status, signal) => resolve({ output, status, signal }))
	})
}

export const vitest: string = join(import.meta.dirname, '../../../../node_modules/vitest/vitest.mjs')
