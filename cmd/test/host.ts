// Runs the tool again and again in one process, which host.mjs is.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { plainEnvironment } from './environment.js'

const script = fileURLToPath(new URL('host.mjs', import.meta.url))

/** What a run of the tool printed and how it ended. */
export interface Run {
	readonly status: number | null
	readonly stdout: string
	readonly stderr: string
}

/** What the process prints behind each run on both streams: nothing of the run comes later. */
const end = '\u0000end of run\u0000'

/** A process, and the run that it is at. */
interface Host {
	readonly process: ChildProcess
	out: { stdout: string; stderr: string }
	status: number | null
	done: (how: Error | null) => void
}

let host: Host | null = null
let last: Promise<unknown> = Promise.resolve()

/** Run the tool in `cwd` to its end, after all runs that were asked for before: a process has one current directory. */
export function runInHost(args: readonly string[], cwd: string): Promise<Run> {
	const mine = last.then(() => run(args, cwd))
	last = mine.catch(() => {})
	return mine
}

async function run(args: readonly string[], cwd: string): Promise<Run> {
	host ??= startHost()
	const at = host
	at.out = { stdout: '', stderr: '' }
	at.status = null
	await new Promise<void>((resolve, reject) => {
		at.done = error => (error === null ? resolve() : reject(error))
		at.process.send({ args, cwd, end })
	})
	return { status: at.status, stdout: at.out.stdout.replace(end, ''), stderr: at.out.stderr.replace(end, '') }
}

function startHost(): Host {
	const child = spawn(process.execPath, [script], { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
	const started: Host = { process: child, out: { stdout: '', stderr: '' }, status: null, done: () => {} }
	const look = (): void => {
		if (started.status !== null && started.out.stdout.endsWith(end) && started.out.stderr.endsWith(end))
			started.done(null)
	}
	for (const name of ['stdout', 'stderr'] as const)
		child[name]!.setEncoding('utf8').on('data', (text: string) => {
			started.out[name] += text
			look()
		})
	child.on('message', status => {
		started.status = status as number
		look()
	})
	child.on('error', error => started.done(error))
	// The run has ended its process, as by a signal. The next one gets another.
	child.on('close', status => {
		host = null
		started.status = status
		started.done(null)
	})
	// It ends with the channel to this process.
	child.unref()
	return started
}
