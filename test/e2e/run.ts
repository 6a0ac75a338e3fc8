import { execFile } from 'node:child_process'
import { basename, delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** What a command printed, and how it ended. */
export interface Ended {
	readonly code: number
	readonly stdout: string
	readonly stderr: string
}

/** Run a program to its end, whatever the end is. */
export function attempt(file: string, args: readonly string[], cwd: string): Promise<Ended> {
	return new Promise(resolve => {
		execFile(file, [...args], { cwd, env: plainEnvironment(file), maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
			const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
			resolve({ code, stdout, stderr: code === -1 ? `${stderr}${error!.message}` : stderr })
		})
	})
}

/** Run a program that must end well, for what it prints. */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
	const { code, stdout, stderr } = await attempt(file, args, cwd)
	if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code} in ${cwd}\n${stdout}${stderr}`)
	return stdout
}

/**
 * What a user's shell has: nothing of the test runner, nor of an npm that runs it. If `file` is a Node, it is the one
 * on the PATH.
 */
function plainEnvironment(file: string): NodeJS.ProcessEnv {
	const foreign = /^(npm_|VITEST|NODE_OPTIONS$|NODE_PATH$|NODE_ENV$|INIT_CWD$|FORCE_COLOR$)/i
	const kept = /^npm_config_(registry|cache|userconfig)$/i
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name) || !foreign.test(name)))
	const dirs = (env['PATH'] ?? '').split(delimiter).filter(dir => !dir.startsWith(root))
	const node = basename(file) === 'node' ? file : process.execPath
	return { ...env, PATH: [dirname(node), ...dirs].join(delimiter) }
}
