// Runs the programs in `go123/` in processes of their own, and makes of what runners print what can be compared.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'vitest'

/** The programs. */
export const programs: string = join(import.meta.dirname, 'go123')

const require = createRequire(import.meta.url)

/** Path of a file of a package that is installed. */
export function installed(name: string, path: string): string {
	return join(dirname(require.resolve(`${name}/package.json`)), path)
}

/** What a process printed, and how it ended. */
export interface Ended {
	readonly code: number
	readonly output: string
}

/** Run `node`, which is then also the one that commands find. */
export function runNode(
	node: string,
	args: readonly string[],
	cwd: string,
	env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
	return run(node, args, cwd, { PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`, ...env })
}

/**
 * As {@link runNode}, and how many seconds of the processor it took: a busy machine makes it take longer by the clock,
 * and hardly by this.
 */
export async function runTimed(
	node: string,
	args: readonly string[],
	cwd: string,
): Promise<Ended & { readonly seconds: number }> {
	const dir = mkdtempSync(join(tmpdir(), 'go123-'))
	try {
		const file = join(dir, 'times')
		const ended = await run('/bin/sh', ['-c', '"$@"; code=$?; times >"$TIMES"; exit $code', 'sh', node, ...args], cwd, {
			TIMES: file,
		})
		// User and system time: of the shell, and on the second line of what it has started.
		const [, started = ''] = readFileSync(file, 'utf8').split('\n')
		const times = [...started.matchAll(/(\d+)m([\d.]+)s/g)].map(
			([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
		)
		if (times.length !== 2) throw new Error(`what \`times\` of the shell prints is not understood: ${started}`)
		return { ...ended, seconds: times[0]! + times[1]! }
	} finally {
		rmSync(dir, { recursive: true })
	}
}

/** In a shell's environment and not in that of a runner. */
function run(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
	const foreign =
		/^(npm_|VITEST|NODE_OPTIONS$|NODE_PATH$|NODE_ENV$|NODE_TEST|FORCE_COLOR$|TRACETEST|CI$|GITHUB_ACTIONS$|TEST$|MODE$|DEV$|PROD$|SSR$)/
	const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
	return new Promise(resolve => {
		execFile(
			file,
			[...args],
			{ cwd, env: { ...own, NO_COLOR: '1', ...env }, maxBuffer: 2 ** 26 },
			(error, stdout, stderr) => {
				const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
				resolve({ code, output: stripVTControlCharacters(`${stdout}\n${stderr}`) })
			},
		)
	})
}

/** Run a command as a user does who copies it to a shell. */
export function runShell(command: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
	return run('/bin/sh', ['-c', command], cwd, env)
}

/** Compile the programs for node:test. */
export async function compile(dir: string = programs): Promise<void> {
	const { code, output } = await runNode(process.execPath, [installed('typescript', 'bin/tsc'), '-p', dir], dir)
	if (code !== 0) throw new Error(output)
}

/** Without paths, versions, times, and counts that depend on the machine. */
export function normalised({ output, code }: Ended, dir: string): string {
	const text = once(output)
		.replaceAll(dir, '<programs>')
		.replace(/v\d+\.\d+\.\d+\S*/g, 'v<version>')
		// Virtual time is exact.
		.replace(/\b\d+(?:\.\d+)? ?(?:ms|s)\b(?!: (?:a timer|\d+ timers))/g, '<time>')
		// vitest sets off what took longer than it likes.
		.replace(/ {2,}<time>/g, ' <time>')
		.replace(/(TRACETEST=tt1:[^:]*:[^: ]*):\S*/g, '$1:<fingerprint>')
		.replace(/^.*(?:Start at|Duration|duration_ms|nodedir).*\n/gm, '')
		.replace(/[ \t]+$/gm, '')
		.replace(/\n{3,}/g, '\n\n')
		.trim()
	return `${text}\n\nexit code ${code}\n`
}

/** Node 20 prints each failure twice: as it comes, and at the end as newer versions do. */
function once(output: string): string {
	const end = output.indexOf('✖ failing tests:')
	if (end < 0) return output
	const lines = output.slice(0, end).split('\n')
	return `${lines.filter(line => /^(?:\s*[✔✖ℹ﹣]|▶) /.test(line)).join('\n')}\n\n${output.slice(end)}`
}

/** Compare with a golden file, which `UPDATE=1` writes. */
export function expectGolden(text: string, name: string): void {
	const file = join(import.meta.dirname, 'golden', `${name}.txt`)
	if (process.env['UPDATE'] === '1') writeFileSync(file, text)
	expect(text).toBe(readFileSync(file, 'utf8'))
}

/** Compare the reports of one file of programs. */
export function expectReports(ended: Ended, dir: string, golden: string): void {
	expectGolden(normalised(ended, dir), golden)
	expect(proofs(ended).length).toBeGreaterThanOrEqual(2)
	// The fastest: any of them may have had to wait for the processor.
	expect(Math.min(...proofs(ended))).toBeLessThan(10)
}

/** How long each proof of a deadlock took, in milliseconds, as the reports say. */
function proofs({ output }: Ended): number[] {
	return [...output.matchAll(/\[proved: [^;]*; (\d+(?:\.\d+)?) (ms|s)\]/g)].map(
		([, n, unit]) => Number(n) * (unit === 's' ? 1000 : 1),
	)
}
