import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the workspace. */
export const top: string = fileURLToPath(new URL('../../..', import.meta.url))

const require = createRequire(import.meta.url)

/** What a child process did. */
export interface Ran {
	readonly status: number
	readonly stdout: string
	readonly stderr: string
}

/** Run a script with this Node and wait for its end. Never throws: tests look at the status. */
export function node(script: string, args: readonly string[], cwd: string): Promise<Ran> {
	// What vitest sets for its own workers is not for programs that are tested.
	const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env
	return new Promise(resolve => {
		execFile(
			process.execPath,
			[script, ...args],
			{ cwd, env: { ...env, NO_COLOR: '1' }, maxBuffer: 1 << 24 },
			(error, stdout, stderr) => {
				resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr })
			},
		)
	})
}

/** Run a step that a test needs but is not about. */
export async function must(step: Promise<Ran>): Promise<Ran> {
	const ran = await step
	if (ran.status !== 0) throw new Error(`exit ${ran.status}\n${ran.stdout}\n${ran.stderr}`)
	return ran
}

/** The command line tool, as it is installed. */
export function tsgotrace(args: readonly string[], cwd: string): Promise<Ran> {
	return node(join(top, 'cmd/bin/tsgotrace.js'), args, cwd)
}

export const compilers = { '5.9': 'typescript-5.9', '6': 'typescript-6', '7': '' } as const
export type Compiler = keyof typeof compilers

export function tsc(compiler: Compiler, args: readonly string[], cwd: string): Promise<Ran> {
	return node(join(top, 'node_modules', compilers[compiler] || 'typescript', 'bin/tsc'), args, cwd)
}

/** A command of a package that the tests depend on. */
export function tool(name: 'tsup' | 'tsdown', args: readonly string[], cwd: string): Promise<Ran> {
	const manifest = require.resolve(`${name}/package.json`)
	const { bin } = require(manifest) as { bin: Record<string, string> }
	return node(join(dirname(manifest), bin[name]!), args, cwd)
}
