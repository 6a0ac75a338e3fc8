// Loads traces into Perfetto's own trace processor, so that the tests see what Perfetto's users see.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Row = Record<string, string | number | bigint | null | Uint8Array>

export interface Loaded {
	/**
	 * All statistics that Perfetto calls an error or a loss of data, and of packets that it skipped, that are not 0, as
	 * `name: value`. Must be empty for a sound trace.
	 */
	readonly faults: readonly string[]
	/** The rows of each query, by its name. */
	readonly rows: Readonly<Record<string, readonly Row[]>>
}

/**
 * Columns ts, dur, track_id, id (slice), cat, name, and `track` (its name).
 */
export const slicesQuery =
	'select slice.ts as ts, dur, slice.id as id, track_id, category as cat, slice.name as name, track.name as track, arg_set_id from slice join track on track.id = track_id order by slice.ts, slice.id'

/** Columns id (of the slice), key (such as `debug.who`), and the value by its type. */
export const argsQuery =
	'select slice.id as id, key, value_type, int_value, string_value, real_value from slice join args using (arg_set_id) order by slice.id, args.id'

/** Columns name, value, ts. */
export const countersQuery =
	'select counter.ts as ts, counter.value as value, track.name as name from counter join track on track.id = track_id order by counter.ts, counter.id'

interface Reply {
	readonly id: number
	readonly answers?: Record<string, Row[]>
	readonly error?: string
}

let child: Promise<ChildProcess> | undefined
let nextId = 1
const waiting = new Map<number, { resolve(answers: Record<string, Row[]>): void; reject(error: Error): void }>()

function start(): Promise<ChildProcess> {
	child ??= new Promise((resolve, reject) => {
		const started = fork(fileURLToPath(new URL('tp-child.mjs', import.meta.url)), {
			serialization: 'advanced',
			execArgv: [],
			silent: true,
		})
		started.on('message', (message: Reply | { ready: true }) => {
			if ('ready' in message) {
				resolve(started)
				return
			}
			const waiter = waiting.get(message.id)
			waiting.delete(message.id)
			if (message.answers !== undefined) waiter?.resolve(message.answers)
			else waiter?.reject(new Error(message.error))
		})
		started.on('exit', code => {
			const error = new Error(`the trace processor ended with ${code}`)
			reject(error)
			for (const waiter of waiting.values()) waiter.reject(error)
			waiting.clear()
			child = undefined
		})
		started.unref()
		started.channel?.unref()
	})
	return child
}

/**
 * Load a trace, a path or its bytes (also gzipped), and run SQL on it.
 *
 * The process of the trace processor starts with the first call and serves all calls of a test file; it ends with the
 * file.
 */
export async function loadTrace(
	trace: string | Uint8Array,
	queries: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
	const tp = await start()
	const id = nextId++
	const all = {
		...queries,
		faults:
			"select name, ifnull(idx, '') as idx, value from stats where (severity in ('error', 'data_loss') or name like '%skipped%') and value != 0",
	}
	tp.channel?.ref()
	try {
		const answers = await new Promise<Record<string, Row[]>>((resolve, reject) => {
			waiting.set(id, { resolve, reject })
			tp.send({ id, queries: all, ...(typeof trace === 'string' ? { path: trace } : { bytes: trace }) })
		})
		const { faults = [], ...rows } = answers
		return { faults: faults.map(row => `${String(row['name'])}[${String(row['idx'])}]: ${String(row['value'])}`), rows }
	} finally {
		if (waiting.size === 0) tp.channel?.unref()
	}
}
