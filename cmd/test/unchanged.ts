// Runs a program with and without `tsgotrace record`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { CorpusProgram } from './corpus.js'
import { plainEnvironment } from './environment.js'
import { recorded } from './record.js'

/** All of a run that a user could see. */
interface Seen {
	readonly code: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
}

/** Both runs, and how many `step`s the recording has; null if there is none. */
export interface Both {
	readonly alone: Seen
	readonly recorded: Seen
	readonly steps: number | null
}

/** Why a program cannot run here; null if it can. */
export function missing({ needs }: CorpusProgram): string | null {
	if (needs === 'root' && process.getuid?.() !== 0) return 'root'
	if (needs === 'unshare' && spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status !== 0) return 'unshare'
	return null
}

const lacks = /^tsgotrace: \d threads? ended without notice, because the program computed when SIG.*\n/m

/** @param dir made by `makePrograms` */
export async function both(
	dir: string,
	name: string,
	program: CorpusProgram,
	node: string = process.execPath,
): Promise<Both> {
	const { source, cjs = false, command = [], flags = [], signal, cut = false } = program
	mkdirSync(join(dir, 'corpus'), { recursive: true })
	const file = join(cjs ? 'cjs' : 'corpus', `${name.replace(/\W+/g, '-')}.${cjs ? 'cjs' : 'mjs'}`)
	const head = cjs ? "const { step, work } = require('./work.js')\n" : "import { step, work } from '../esm/work.js'\n"
	writeFileSync(join(dir, file), head + source)
	const env = { TMP_OF_TEST: mkdtempSync(join(dir, 'tmp-')), WORK: join(dir, 'cjs/work.js') }
	const all = [...command, node, file]
	const meanwhile = signal && ((child: ChildProcess) => void child.kill(signal))
	const alone = await run(dir, all, env, meanwhile)
	const how = { flags: ['--quiet', ...flags], env, node, ...(meanwhile && { meanwhile }) }
	const { events, trace: _, ...seen } = await recorded(dir, all, how)
	const stderr = cut ? seen.stderr.replace(lacks, '') : seen.stderr
	if (cut && stderr === seen.stderr) throw new Error(`nothing is said of lost events: ${stderr}`)
	return {
		alone,
		recorded: { ...seen, stdout: pidless(seen.stdout), stderr: pidless(stderr) },
		steps: events?.filter(({ id }) => id === 'demo:traceStep').length ?? null,
	}
}

async function run(
	dir: string,
	[file, ...args]: readonly string[],
	env: Readonly<Record<string, string>>,
	meanwhile?: (child: ChildProcess) => void,
): Promise<Seen> {
	const child = spawn(file!, args, {
		cwd: dir,
		env: { ...plainEnvironment(), ...env },
		stdio: ['pipe', 'pipe', 'pipe'],
	})
	child.stdin.end()
	if (meanwhile !== undefined) child.stdout.once('data', () => meanwhile(child))
	const out = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const)
		child[name].setEncoding('utf8').on('data', (text: string) => (out[name] += text))
	const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) =>
		child.on('error', reject).on('close', (...end) => resolve(end)),
	)
	return { code, signal, stdout: pidless(out.stdout), stderr: pidless(out.stderr) }
}

/** Warnings have the id of the process in front; and Node calls one listener from another line than several. */
function pidless(text: string): string {
	return text.replace(/\(node:\d+\)/g, '(node:PID)').replace(/node:events:\d+:\d+/g, 'node:events')
}
