// The responses of the handler, for any server that it is mounted on.
import { currentTask, liveTasks, lostTasks } from '../index.js'
import { siteOf } from '../states/sites.js'
import { whyNoStates } from '../states/support.js'
import { isTracing } from '../tasks/storage.js'
import { watching } from '../tasks/task.js'
import type { TraceOptions } from './options.js'
import { isProfiling, profile } from './profile.js'
import { TraceRunsError } from './trace.js'
import { type TraceFormat, traced, traceFormats, waitProfile } from './traced.js'

/** A response. `body` may take long; it ends early when the signal of its request is aborted. */
export interface HttpReply {
	readonly status: number
	readonly type: string
	/** File name for saving it. */
	readonly file?: string
	readonly body: string | AsyncIterable<Uint8Array | string>
}

const longest = 300

/** Profiles of what tasks wait for. */
const waitProfiles = ['net', 'sync', 'fs'] as const

/**
 * The response to `/debug/trace`, `/debug/tasks`, `/debug/lost` or `/debug/profile`; null for other paths.
 *
 * @param trace what is recorded
 * @param signal aborted when the client disconnects: everything that was switched on for it is then switched off
 */
export async function answerTo(
	path: string,
	query: URLSearchParams,
	signal: AbortSignal,
	trace: Omit<TraceOptions, 'to'>,
): Promise<HttpReply | null> {
	const what = /\/debug\/(trace|tasks|lost|profile)$/.exec(path)?.[1]
	if (what === undefined) return null
	try {
		if (what === 'tasks') return tasks()
		if (what === 'lost') return lost()
		const seconds = secondsOf(query)
		if (what === 'profile') {
			const type = query.get('type') ?? 'cpu'
			const kind = waitProfiles.find(known => known === type)
			if (kind !== undefined) {
				const why = whyNoStates()
				if (why !== null) return text(501, why)
				const { extension, type: mime, body } = await waitProfile(seconds * 1000, kind, signal, trace)
				return { status: 200, type: mime, file: `${kind}${extension}`, body }
			}
			if (type !== 'cpu')
				throw new Unfit(`there is no profile of type '${type}'; there are cpu, ${waitProfiles.join(', ')}`)
			if (isProfiling()) return text(409, 'a profile is already being taken')
			const body = profile(seconds * 1000, signal)
			return { status: 200, type: 'application/json', file: 'profile.cpuprofile', body: once(body) }
		}
		const format = formatOf(query)
		const { extension, type, body } = await traced(seconds * 1000, format, signal, trace)
		return { status: 200, type, file: `trace${extension}`, body }
	} catch (error) {
		if (error instanceof Unfit) return text(400, error.message)
		if (error instanceof TraceRunsError) return text(409, error.message)
		return text(500, error instanceof Error ? error.message : String(error))
	}
}

/** The request is invalid. */
class Unfit extends Error {}

export function text(status: number, message: string): HttpReply {
	return { status, type: 'text/plain; charset=utf-8', body: `${message}\n` }
}

function secondsOf(query: URLSearchParams): number {
	const given = query.get('seconds') ?? '5'
	const seconds = given === '' ? Number.NaN : Number(given)
	if (seconds > 0 && seconds <= longest) return seconds
	throw new Unfit(`seconds must be more than 0 and at most ${longest}, not '${given}'`)
}

function formatOf(query: URLSearchParams): TraceFormat {
	const given = query.get('format') ?? 'perfetto'
	const format = traceFormats.find(known => known === given)
	if (format === undefined) throw new Unfit(`there is no format '${given}'; there are ${traceFormats.join(', ')}`)
	return format
}

const followingHint =
	'tasks are followed while a probe is attached to their events: by startTrace, a recorder, or /debug/trace'

function tasks(): HttpReply {
	// Without the task of this request itself.
	const own = currentTask()
	const live = liveTasks().filter(task => task !== own)
	const now = performance.now()
	// Null while states are not followed. This task runs, so no other one does.
	const hasStates = watching.by !== null
	const listed = live.map(task => ({
		id: task.id,
		name: task.name,
		kind: task.kind,
		parent: task.parent?.id ?? 0,
		ms: thousandths(now - task.began),
		state: hasStates ? 'waiting' : null,
		waitingMs: hasStates ? thousandths(now - task.stopped) : null,
		await: hasStates ? siteOf(task) : null,
		ids: task.ids,
	}))
	const hint = isTracing() ? {} : { hint: followingHint }
	const body = `${JSON.stringify({ following: isTracing(), states: hasStates, tasks: listed, ...hint }, null, '\t')}\n`
	return { status: 200, type: 'application/json', body }
}

function lost(): HttpReply {
	const { total, recent } = lostTasks()
	const now = performance.now()
	const tasks = recent.map(({ id, name, kind, ids, begun, site, began, stopped, found }) => ({
		id,
		name,
		kind,
		ids,
		begun,
		site,
		msAgo: { began: thousandths(now - began), ran: thousandths(now - stopped), found: thousandths(now - found) },
	}))
	const hint = 'a lost task is found when V8 collects garbage: an idle process may not for long'
	const body = `${JSON.stringify({ following: isTracing(), total, tasks, hint: isTracing() ? hint : followingHint }, null, '\t')}\n`
	return { status: 200, type: 'application/json', body }
}

function thousandths(ms: number): number {
	return Math.round(ms * 1000) / 1000
}

async function* once(text: Promise<string>): AsyncGenerator<string> {
	yield await text
}
