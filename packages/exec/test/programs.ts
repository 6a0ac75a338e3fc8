// Programs that know nothing of tasks, alone and under `tsgotrace record --exec`.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readTrace, type TraceCount, type TraceSample, type TraceSignal } from '@tsgotrace/trace/read'
import { afterAll } from 'vitest'
import { recorded } from '../../../cmd/test/record.js'

const fixtures = join(import.meta.dirname, 'fixtures/programs')

/** How many requests a program serves, how their tasks end, and the name of all of them. */
export interface ExpectedRequests {
	readonly count: number
	readonly name: string
	readonly how?: string
}

const items = (name: string): ExpectedRequests => ({ count: 40, name })
const byPath = items('GET /api/items/:id')

/** By file. */
export const programs: Readonly<Record<string, ExpectedRequests>> = {
	'http.mjs': byPath,
	'fastify.mjs': byPath,
	'express.cjs': byPath,
	'hono.mjs': byPath,
	'fetch.mjs': byPath,
	'cluster.mjs': byPath,
	'workers.mjs': byPath,
	'database.mjs': byPath,
	'postgres.mjs': byPath,
	'piscina.mjs': byPath,
	'undici.mjs': byPath,
	'leaves.mjs': { count: 1, name: 'GET /api/items/:id', how: 'exited' },
	'terminated.mjs': { count: 0, name: '' },
	'others.mjs': { count: 0, name: '' },
	'throws.mjs': { count: 1, name: 'GET /api/items/:id', how: 'exited' },
}

type TraceEvent = TraceSignal | TraceCount | TraceSample

interface Seen {
	readonly code: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
}

export interface Runs {
	readonly alone: Seen
	readonly traced: Seen
	readonly events: readonly TraceEvent[]
	/** The requests that were tasks, with how they ended. */
	readonly requests: readonly { readonly name: unknown; readonly how: unknown }[]
}

let copy: string | undefined
afterAll(() => {
	if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
})

/** A copy of the programs in this package, where they find the frameworks. */
function copied(): string {
	if (copy !== undefined) return copy
	mkdirSync(join(import.meta.dirname, '../node_modules'), { recursive: true })
	copy = mkdtempSync(join(import.meta.dirname, '../node_modules/.programs-'))
	cpSync(fixtures, copy, { recursive: true })
	return copy
}

/** How commands ended that ran alone: the same at each level that they are recorded at. */
const ranAlone = new Map<string, Promise<Seen>>()

/** Run a program alone, if it has not run yet, and recorded. */
export async function runs(
	file: string,
	flags: readonly string[] = ['--exec'],
	node: string = process.execPath,
	options: readonly string[] = [],
): Promise<Runs> {
	const dir = copied()
	const command = [node, ...options, file]
	const key = command.join('\0')
	const ran = ranAlone.get(key) ?? run(dir, command)
	ranAlone.set(key, ran)
	const alone = await ran
	const { code, signal, stdout, stderr, trace } = await recorded(dir, command, { flags: ['--quiet', ...flags], node })
	const events = existsSync(trace) ? await eventsOf(trace) : []
	rmSync(trace, { force: true })
	return {
		alone,
		traced: { code, signal, stdout: stable(stdout), stderr: stable(stderr) },
		events,
		requests: requestsOf(events),
	}
}

function requestsOf(events: readonly TraceEvent[]): Runs['requests'] {
	const signals = events.filter(event => event.type !== 'counter' && event.type !== 'sample')
	// Ids are unique in a process.
	const key = ({ track, args }: TraceSignal): string => `${track.process?.pid} ${JSON.stringify(args['task'])}`
	const ends = new Map(of(signals, 'traceTaskEnd').map(end => [key(end), end.args['how']]))
	const names = new Map(of(signals, 'traceTaskName').map(renamed => [key(renamed), renamed.args['name']]))
	return of(signals, 'traceTaskBegin')
		.filter(({ args }) => args['kind'] === 'request')
		.map(begin => ({ name: names.get(key(begin)) ?? begin.args['name'], how: ends.get(key(begin)) }))
}

/** The signals of an event of this package. */
export function of<E extends TraceEvent>(events: readonly E[], name: string): E[] {
	return events.filter(({ id }) => id.startsWith('@tsgotrace/exec/') && id.endsWith(`:${name}`))
}

async function eventsOf(path: string): Promise<TraceEvent[]> {
	const found: TraceEvent[] = []
	for await (const items of readTrace(path).batches())
		for (const item of items) if (item.type === 'counter' || 'args' in item) found.push(item)
	return found
}

async function run(cwd: string, [file, ...args]: readonly string[]): Promise<Seen> {
	const { FORCE_COLOR: _, NO_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env
	const child = spawn(file!, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
	const out = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const)
		child[name].setEncoding('utf8').on('data', (text: string) => (out[name] += text))
	const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) =>
		child.on('error', reject).on('close', (...end) => resolve(end)),
	)
	return { code, signal, stdout: stable(out.stdout), stderr: stable(out.stderr) }
}

/**
 * Without what differs between two runs: ids of processes, and Node's own lines, since it calls one listener from
 * another line than several.
 */
function stable(text: string): string {
	return text.replace(/\(node:\d+\)/g, '(node:PID)').replace(/node:events:\d+:\d+/g, 'node:events')
}
