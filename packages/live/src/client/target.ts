import { type FSWatcher, watch } from 'node:fs'
import { AttachRefused, OpenInspector } from '@tsgotrace/tree/attach'
import type { About } from '../protocol/messages.js'
import { removeRefused } from '../protocol/sweep.js'
import { AgentConnection } from './connection.js'
import { LiveError } from './errors.js'
import { type InjectedCode, injectInto } from './inject.js'
import { directoriesOf, socketsOf } from './sockets.js'

/** A thread of a process that is looked into. */
export interface LiveThread {
	readonly about: About
	readonly connection: AgentConnection
}

/** Options of {@link LiveProcess.open}. */
export interface OpenOptions {
	/** Executed in each thread, unless the process was prepared: then clients execute no code there. */
	readonly inject?: InjectedCode
}

/** A process that is looked into: by its control sockets where it has them, otherwise by way of its inspector. */
export class LiveProcess implements AsyncDisposable {
	readonly pid: number
	/** Those that ran when it was opened, the main thread first. */
	readonly threads: readonly LiveThread[]
	/** False: it is too busy to close its inspector now, and will do so when it can. */
	readonly isInspectorClosed: boolean
	readonly #arrivals: Arrivals
	/** Those that have begun later. */
	readonly #later: LiveThread[] = []
	readonly #listeners = new Set<(thread: LiveThread) => void>()
	#isClosed = false

	private constructor(pid: number, threads: readonly LiveThread[], isInspectorClosed: boolean, arrivals: Arrivals) {
		this.pid = pid
		this.threads = [...threads].sort((a, b) => a.about.thread - b.about.thread)
		this.isInspectorClosed = isInspectorClosed
		this.#arrivals = arrivals
		arrivals.onJoin(connection => void this.#join(connection))
	}

	/**
	 * Look into a process.
	 *
	 * @throws {LiveError} with the reason if it is refused
	 */
	static async open(pid: number, { inject }: OpenOptions = {}): Promise<LiveProcess> {
		const prepared = await LiveProcess.prepared(pid)
		if (prepared !== null) return prepared
		let inspector: OpenInspector
		try {
			inspector = await OpenInspector.ofProcess(pid)
		} catch (error) {
			if (error instanceof AttachRefused) throw new LiveError('refused', error.message, { cause: error })
			throw error
		}
		let meeting: Awaited<ReturnType<typeof injectInto>>
		let isClosed = false
		try {
			meeting = await injectInto(inspector, pid, inject)
		} finally {
			isClosed = await inspector.close()
		}
		return new LiveProcess(pid, await withAbout(meeting.connections), isClosed, meeting)
	}

	/** Look into a process by its control sockets; null if it has none. Nothing is executed there. */
	static async prepared(pid: number): Promise<LiveProcess | null> {
		const threads = await byControl(pid)
		return threads.length === 0 ? null : new LiveProcess(pid, threads, true, new NewSockets(pid, threads))
	}

	/**
	 * Call `listener` for each worker that has begun since the process was opened: those that run now, and each that
	 * begins from now on.
	 *
	 * @returns a function that ends it
	 */
	onThread(listener: (thread: LiveThread) => void): () => void {
		this.#listeners.add(listener)
		for (const thread of this.#later) listener(thread)
		return () => this.#listeners.delete(listener)
	}

	/** End all that was begun. Nothing is left behind in the process. */
	async close(): Promise<void> {
		this.#isClosed = true
		this.#arrivals.close()
		await Promise.all([...this.threads, ...this.#later].map(async ({ connection }) => connection.close()))
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close()
	}

	async #join(connection: AgentConnection): Promise<void> {
		const [thread] = await withAbout([connection])
		if (thread === undefined) return
		if (this.#isClosed) return connection.close()
		this.#later.push(thread)
		void connection.closed.then(() => this.#later.splice(this.#later.indexOf(thread), 1))
		for (const listener of this.#listeners) listener(thread)
	}
}

/** Threads that begin later. */
interface Arrivals {
	onJoin(joined: (connection: AgentConnection) => void): void
	close(): void
}

/** The control sockets that threads of a process open from now on. */
class NewSockets implements Arrivals {
	readonly #pid: number
	readonly #known: Set<number>
	readonly #watchers: FSWatcher[] = []
	#joined: (connection: AgentConnection) => void = () => {}

	constructor(pid: number, threads: readonly LiveThread[]) {
		this.#pid = pid
		this.#known = new Set(threads.map(({ about }) => about.thread))
	}

	onJoin(joined: (connection: AgentConnection) => void): void {
		this.#joined = joined
		for (const directory of new Set(directoriesOf(this.#pid))) {
			try {
				const watcher = watch(directory, { persistent: false }, () => this.#look())
				watcher.on('error', () => {})
				this.#watchers.push(watcher)
			} catch {
				// Not all of them are there.
			}
		}
		this.#look()
	}

	close(): void {
		for (const watcher of this.#watchers) watcher.close()
	}

	#look(): void {
		for (const { thread, path } of socketsOf(this.#pid))
			if (!this.#known.has(thread)) {
				this.#known.add(thread)
				AgentConnection.open(path).then(this.#joined, () => {
					// It may not listen yet: its file is there before, and changes once more.
					this.#known.delete(thread)
				})
			}
	}
}

async function byControl(pid: number): Promise<LiveThread[]> {
	const connections: AgentConnection[] = []
	for (const { path } of socketsOf(pid)) {
		try {
			connections.push(await AgentConnection.open(path))
		} catch (error) {
			// Of a thread that was killed.
			removeRefused(path, error)
		}
	}
	return withAbout(connections)
}

async function withAbout(connections: readonly AgentConnection[]): Promise<LiveThread[]> {
	const threads: LiveThread[] = []
	for (const connection of connections) {
		try {
			threads.push({ connection, about: await connection.about })
		} catch {
			// It has ended meanwhile, or speaks another version of the protocol.
		}
	}
	return threads
}
