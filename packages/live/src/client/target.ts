import { AttachRefused, OpenInspector } from '@tsgotrace/tree/attach'
import type { About } from '../protocol/messages.js'
import { removeRefused } from '../protocol/sweep.js'
import { AgentConnection } from './connection.js'
import { LiveError } from './errors.js'
import { injectInto } from './inject.js'
import { socketsOf } from './sockets.js'

/** A thread of a process that is looked into. */
export interface LiveThread {
	readonly about: About
	readonly connection: AgentConnection
}

/** A process that is looked into: by its control sockets where it has them, otherwise by way of its inspector. */
export class LiveProcess implements AsyncDisposable {
	readonly pid: number
	/** The main thread first. */
	readonly threads: readonly LiveThread[]
	/** False: it is too busy to close its inspector now, and will do so when it can. */
	readonly isInspectorClosed: boolean

	private constructor(pid: number, threads: readonly LiveThread[], isInspectorClosed: boolean) {
		this.pid = pid
		this.threads = [...threads].sort((a, b) => a.about.thread - b.about.thread)
		this.isInspectorClosed = isInspectorClosed
	}

	/**
	 * Look into a process.
	 *
	 * @throws {LiveError} with the reason if it is refused
	 */
	static async open(pid: number): Promise<LiveProcess> {
		const prepared = await byControl(pid)
		if (prepared.length > 0) return new LiveProcess(pid, prepared, true)
		let inspector: OpenInspector
		try {
			inspector = await OpenInspector.ofProcess(pid)
		} catch (error) {
			if (error instanceof AttachRefused) throw new LiveError(error.message, { cause: error })
			throw error
		}
		let connections: AgentConnection[] = []
		let isClosed = false
		try {
			connections = await injectInto(inspector, pid)
		} finally {
			isClosed = await inspector.close()
		}
		return new LiveProcess(pid, await withAbout(connections), isClosed)
	}

	/** End all that was begun. Nothing is left behind in the process. */
	async close(): Promise<void> {
		await Promise.all(this.threads.map(async ({ connection }) => connection.close()))
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close()
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
