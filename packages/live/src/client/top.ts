import { quantile } from '../protocol/durations.js'
import type { TopRequest, TopRow, TopTable } from '../protocol/messages.js'
import type { LiveProcess, LiveThread } from './target.js'

/** What happened under one name in a period, in all threads. */
export interface TopLine {
	readonly kind: TopRow['kind']
	readonly name: string
	/** A second. */
	readonly rate: number
	readonly count: number
	readonly open: number
	/** Milliseconds; null where there are no durations. */
	readonly p50: number | null
	readonly p99: number | null
}

/** How {@link topProcess} counts. */
export interface TopOptions {
	/** Globs over ids of events. Default: all, without states of tasks and stalls, which cost more. */
	readonly events?: string | readonly string[]
	/** Milliseconds between two tables. */
	readonly every: number
	/** Milliseconds after which it ends. */
	readonly ms: number
	/** Takes a table, most frequent first. */
	readonly onTable: (lines: readonly TopLine[], ms: number) => void
	readonly signal?: AbortSignal
}

export const defaultTopEvents: readonly string[] = ['*', '!@tsgotrace/exec/{states,stalls}:*']

/**
 * Count the events of a process, and measure its slices and tasks. That is done in its threads: what is sent is a table
 * for each period.
 *
 * @throws {LiveError} if no thread has events
 */
export async function topProcess(
	process: LiveProcess,
	{ events = defaultTopEvents, every, ms, onTable, signal }: TopOptions,
): Promise<void> {
	const request: TopRequest = { verb: 'top', events, every, limits: { ms } }
	/** The tables of one period, by thread. */
	const waiting = new Map<number, TopTable>()
	const show = (): void => {
		if (waiting.size === 0) return
		const tables = [...waiting.values()]
		waiting.clear()
		onTable(linesOf(tables), Math.max(...tables.map(one => one.ms)))
	}
	const due = performance.now() + ms
	const running: {
		readonly connection: LiveThread['connection']
		readonly id: number
		readonly answer: Promise<unknown>
	}[] = []
	let live = 0
	const begin = ({ connection }: LiveThread, wanted: TopRequest): void => {
		const i = running.length
		live++
		const begun = connection.begin(wanted, {
			notice: table => {
				// A thread that is busy is late, and must not be waited for.
				if (waiting.has(i)) show()
				waiting.set(i, table as TopTable)
				if (waiting.size >= live) show()
			},
		})
		const answer = begun.answer.finally(() => live--)
		answer.catch(() => {})
		running.push({ connection, id: begun.id, answer })
	}
	for (const thread of process.threads) begin(thread, request)
	let isOver = false
	const stop = (): void => {
		isOver = true
		for (const { connection, id } of running) connection.request({ verb: 'stop', request: id }).catch(() => {})
	}
	signal?.addEventListener('abort', stop)
	if (signal?.aborted === true) stop()
	const forget = process.onThread(thread => {
		const left = due - performance.now()
		if (!isOver && left > 0) begin(thread, { ...request, limits: { ms: left }, isEarly: true })
	})
	try {
		// Of the threads that were there: others end with them.
		const ends = await Promise.allSettled(running.map(async ({ answer }) => answer))
		const failed = ends.filter(end => end.status === 'rejected')
		if (failed.length === ends.length) throw failed[0]!.reason
	} finally {
		forget()
		signal?.removeEventListener('abort', stop)
		stop()
	}
}

/** One line a name, of the tables of all threads for the same period. */
function linesOf(tables: readonly TopTable[]): TopLine[] {
	const byName = new Map<string, { row: TopRow; seconds: number }>()
	for (const { ms, rows } of tables)
		for (const row of rows) {
			const key = `${row.kind} ${row.name}`
			const known = byName.get(key)
			const sum =
				known === undefined
					? row
					: {
							...row,
							count: known.row.count + row.count,
							open: known.row.open + row.open,
							durations: [...known.row.durations, ...row.durations],
						}
			byName.set(key, { row: sum, seconds: Math.max(ms / 1000, known?.seconds ?? 0) })
		}
	return [...byName.values()]
		.map(({ row: { kind, name, count, open, durations }, seconds }) => ({
			kind,
			name,
			count,
			rate: count / seconds,
			open,
			p50: quantile(durations, 0.5),
			p99: quantile(durations, 0.99),
		}))
		.sort((a, b) => b.rate - a.rate || (a.name < b.name ? -1 : 1))
}
