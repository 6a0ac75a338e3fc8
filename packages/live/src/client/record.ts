import { createWriteStream, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
	defaultLimits,
	type EndReason,
	type RecordingEnd,
	type RecordingStart,
	type RecordRequest,
	type RequestLimits,
} from '../protocol/messages.js'
import { LiveError } from './errors.js'
import type { LiveProcess, LiveThread } from './target.js'

/** What one thread has recorded. */
export interface ThreadRecording {
	readonly thread: number
	/** Where its part of the trace is. */
	readonly path: string
	readonly began: RecordingStart
	/** Null: the thread has ended before it could say. */
	readonly result: RecordingEnd | null
	/** Bytes of its part. */
	readonly bytes: number
}

/** How {@link recordProcess} records. */
export interface LiveRecordOptions {
	readonly options: RecordRequest['options']
	readonly limits?: Partial<RequestLimits>
	/** A directory, in which each thread has a file. */
	readonly directory: string
	/** Called when each thread records. */
	readonly onBegan?: (threads: readonly RecordingStart[]) => void
	/** Called with the bytes so far. */
	readonly onBytes?: (bytes: number) => void
	/** Aborted: the recording ends, and what was recorded is there. */
	readonly signal?: AbortSignal
}

/**
 * Record the events of a process, until a limit is reached. When one thread ends by a limit, all do. Workers that begin
 * meanwhile are recorded too.
 *
 * @throws {LiveError} if no thread can record; what the file system says
 */
export async function recordProcess(
	live: LiveProcess,
	{ options, limits, directory, onBegan, onBytes, signal }: LiveRecordOptions,
): Promise<ThreadRecording[]> {
	const request: RecordRequest = { verb: 'record', options, limits: { ...defaultLimits, ...limits } }
	const due = performance.now() + request.limits.ms
	let bytes = 0
	let isOver = false
	const running: RunningThread[] = []
	const begin = (thread: LiveThread, wanted: RecordRequest): RunningThread => {
		const path = join(directory, `${String(thread.about.thread).padStart(6, '0')}.perfetto-trace`)
		const one = new RunningThread(thread, wanted, path, more => onBytes?.((bytes += more)))
		running.push(one)
		return one
	}
	const stop = (): void => {
		isOver = true
		for (const one of running) one.stop()
	}
	/** A limit of one thread is one of the process; a worker that ends is not. */
	const watch = async (one: RunningThread): Promise<void> => {
		if (!['stop', 'ms', null].includes(await one.ended)) stop()
	}
	const first = live.threads.map(thread => begin(thread, request))
	signal?.addEventListener('abort', stop)
	if (signal?.aborted === true) stop()
	const late = new Set<Promise<unknown>>()
	const forget = live.onThread(thread => {
		const ms = due - performance.now()
		if (isOver || ms <= 0) return
		const one = begin(thread, { ...request, limits: { ...request.limits, ms }, isEarly: true })
		one.began.catch(() => {})
		late.add(watch(one))
	})
	try {
		const starts = await Promise.allSettled(first.map(async ({ began }) => began))
		const failed = starts.filter(start => start.status === 'rejected')
		if (failed.length === starts.length) throw failed[0]!.reason
		onBegan?.(starts.flatMap(start => (start.status === 'fulfilled' ? [start.value] : [])))
		await Promise.all(first.filter((_, i) => starts[i]!.status === 'fulfilled').map(watch))
		isOver = true
		await Promise.all(late)
		return await Promise.all(running.filter(({ hasBegun }) => hasBegun).map(async one => one.close()))
	} finally {
		forget()
		signal?.removeEventListener('abort', stop)
		if (!isOver) stop()
		await Promise.all(running.map(async one => one.destroy()))
	}
}

class RunningThread {
	readonly began: Promise<RecordingStart>
	/** By what the recording has ended; null: by the end of the thread. */
	readonly ended: Promise<EndReason | null>
	readonly #thread: LiveThread
	readonly #path: string
	readonly #file: WriteStream
	readonly #id: number
	#news: RecordingStart | null = null
	#result: RecordingEnd | null = null
	#bytes = 0
	#failure: Error | null = null

	constructor(thread: LiveThread, request: RecordRequest, path: string, onBytes: (bytes: number) => void) {
		this.#thread = thread
		this.#path = path
		this.#file = createWriteStream(path, { mode: 0o600 })
		this.#file.on('error', error => {
			this.#failure ??= error
			this.stop()
		})
		let start: (news: RecordingStart) => void = () => {}
		const { id, answer } = thread.connection.begin(request, {
			notice: news => start((this.#news = news as RecordingStart)),
			bytes: chunk => {
				this.#bytes += chunk.length
				onBytes(chunk.length)
				this.#file.write(chunk)
			},
		})
		this.#id = id
		const result = answer as Promise<RecordingEnd>
		this.began = new Promise((resolve, reject) => {
			start = resolve
			result.catch(reject)
		})
		this.ended = result.then(
			given => (this.#result = given).ended,
			() => null,
		)
	}

	get hasBegun(): boolean {
		return this.#news !== null
	}

	stop(): void {
		this.#thread.connection.request({ verb: 'stop', request: this.#id }).catch(() => {})
	}

	async close(): Promise<ThreadRecording> {
		await new Promise<void>(resolve => {
			if (this.#failure === null) this.#file.end(resolve)
			else resolve()
		})
		if (this.#failure !== null) throw this.#failure
		return {
			thread: this.#thread.about.thread,
			path: this.#path,
			began: this.#news!,
			result: this.#result,
			bytes: this.#bytes,
		}
	}

	/** Afterwards, its file is closed. It is removed if the thread has refused to record. */
	async destroy(): Promise<void> {
		if (!this.#file.closed) {
			const closed = new Promise<void>(resolve => this.#file.once('close', resolve))
			this.#file.destroy()
			await closed
		}
		if (this.#news === null) await rm(this.#path, { force: true })
	}
}

/** Why a recording ended, if that was not its time or its client. */
export function endingText(ending: EndReason, limits: Partial<RequestLimits> = {}): string | null {
	const { events, bytes, perSecond } = { ...defaultLimits, ...limits }
	if (ending === 'events') return `it ended early: it has ${events.toLocaleString('en')} events`
	if (ending === 'bytes') return `it ended early: it has ${(bytes / 1e6).toFixed(0)} MB`
	if (ending === 'perSecond')
		return `it ended early: there were more than ${perSecond.toLocaleString('en')} events a second`
	return ending === 'slow client' ? 'it ended early: what was recorded could not be written as fast' : null
}

/** What the flight recorders of a process hold: for each a file in `directory`. @throws {LiveError} if there is none */
export async function dumpProcess({ threads }: LiveProcess, directory: string): Promise<string[]> {
	const paths: string[] = []
	let failure: unknown = new LiveError('no ring', 'there is no flight recorder')
	for (const { about, connection } of threads) {
		const files: WriteStream[] = []
		try {
			await connection.request(
				{ verb: 'dump' },
				{
					notice: () => {
						const path = join(directory, `${String(about.thread).padStart(6, '0')}-${files.length}.perfetto-trace`)
						const file = createWriteStream(path, { mode: 0o600 })
						// It rejects the end below.
						file.on('error', () => {})
						files.push(file)
						paths.push(path)
					},
					bytes: chunk => files.at(-1)!.write(chunk),
				},
			)
		} catch (error) {
			if (about.recorders.includes('ring') || about.thread === 0) failure = error
		} finally {
			await Promise.all(
				files.map(async file => {
					await new Promise<void>((resolve, reject) =>
						file.end((error?: Error | null) => (error ? reject(error) : resolve())),
					)
				}),
			)
		}
	}
	if (paths.length === 0) throw failure
	return paths
}
