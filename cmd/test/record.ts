import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readTrace, type TraceSignal } from '@tsgotrace/trace/read'
import { type Loaded, loadTrace } from '../../packages/trace/test/perfetto.js'
import { bin } from './cli.js'
import { plainEnvironment } from './environment.js'

/** How a run of `tsgotrace record` ended, and what is in its trace: null if there is none. */
export interface Recorded {
	readonly code: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
	readonly events: readonly TraceSignal[] | null
	readonly trace: string
}

export interface HowToRecord {
	readonly flags?: readonly string[]
	readonly env?: Readonly<Record<string, string>>
	readonly input?: string
	/** Called with the process and the path of its trace when the program has printed something. */
	readonly meanwhile?: (child: ChildProcess, trace: string) => void
	/** Path of the Node that runs both. */
	readonly node?: string
}

let runs = 0

/** Record a program in `dir`. */
export async function recorded(dir: string, command: readonly string[], how: HowToRecord = {}): Promise<Recorded> {
	const { flags = [], env = {}, input, meanwhile, node = process.execPath } = how
	const trace = join(dir, `trace ${runs++}.perfetto-trace`)
	const child = spawn(node, [bin, 'record', '-o', trace, ...flags, '--', ...command], {
		cwd: dir,
		env: { ...plainEnvironment(), NODE: node, ...env },
		stdio: ['pipe', 'pipe', 'pipe'],
	})
	child.stdin.end(input ?? '')
	const out = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const)
		child[name].setEncoding('utf8').on('data', (text: string) => (out[name] += text))
	if (meanwhile !== undefined) child.stdout.once('data', () => meanwhile(child, trace))
	const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) =>
		child.on('error', reject).on('close', (...end) => resolve(end)),
	)
	return { code, signal, ...out, trace, events: existsSync(trace) ? await signalsOf(trace) : null }
}

/** End a program that was asked for a dump, once the dump is there. */
export function endAfterDump(child: ChildProcess, trace: string): void {
	const dumps = `${basename(trace, '.perfetto-trace')}.dump-`
	const look = setInterval(() => {
		const names = readdirSync(dirname(trace))
		if (child.exitCode === null && !names.some(name => name.startsWith(dumps) && name.endsWith('.perfetto-trace')))
			return
		clearInterval(look)
		child.kill('SIGTERM')
	}, 20)
}

/** What was signalled, in order of time. */
export async function signalsOf(path: string): Promise<TraceSignal[]> {
	const found: TraceSignal[] = []
	for await (const items of readTrace(path).batches())
		for (const item of items) if ('args' in item && item.type !== 'sample') found.push(item)
	return found.sort((a, b) => a.time - b.time)
}

/** The last argument of each `traceStep`, sorted. */
export function places(events: readonly TraceSignal[] | null): string[] {
	return (events ?? [])
		.filter(({ id }) => id === 'demo:traceStep')
		.map(({ args }) => args['where'] as string)
		.sort()
}

/** What a recording has left beside its trace, which should be nothing. */
export function leftovers(dir: string): string[] {
	return readdirSync(dir).filter(name => /\.parts-|\.tmp$/.test(name))
}

let last: Promise<unknown> = Promise.resolve()

/** What Perfetto says of a trace. One after the other: it has one trace at a time. */
export async function inPerfetto(trace: string, queries?: Readonly<Record<string, string>>): Promise<Loaded> {
	const mine = last.then(() => loadTrace(trace, queries))
	last = mine.catch(() => {})
	return mine
}
