import type { Inspector } from '../live/inspector.js'
import { InspectorConnection } from './client.js'
import { Lease } from './lease.js'
import { Patience } from './patience.js'
import { inspectPorts, isTaken, type ListeningPort, listenersOf } from './ports.js'
import { checkProcess } from './process.js'
import { AttachRefused } from './refusal.js'
import { inspectorAt } from './targets.js'

/** How long a process has to open its inspector, in milliseconds: one in a busy loop does it too. See {@link Patience}. */
const openWithin = 3000
/** How long it has to close it; a busy one needs a turn of its event loop for that. */
const closeWithin = 3000
const defaultPort = 9229

/** The inspector of another process, open to us for as long as it is needed. */
export class OpenInspector {
	readonly #connection: InspectorConnection
	/** Null if others have opened the inspector: then it stays open. */
	readonly #lease: Lease | null
	/** Null if it is not known. */
	readonly #pid: number | null
	#closing: Promise<boolean> | null = null

	private constructor(connection: InspectorConnection, lease: Lease | null, pid: number | null) {
		this.#connection = connection
		this.#lease = lease
		this.#pid = pid
	}

	/**
	 * Open the inspector of a process by SIGUSR1, on the loopback interface, unless it is open already.
	 *
	 * @throws {AttachRefused} with the reason and what to do
	 */
	static async ofProcess(pid: number): Promise<OpenInspector> {
		await checkProcess(pid)
		const { url, isOurs } = await openInspector(pid)
		return OpenInspector.#connect(url, isOurs, pid)
	}

	/**
	 * Connect to an inspector that is open.
	 *
	 * @throws {AttachRefused} if no inspector is open
	 */
	static async atAddress(at: ListeningPort): Promise<OpenInspector> {
		const url = await inspectorAt(at)
		if (url === null) throw new AttachRefused(`no inspector of Node answers at ${at.host}:${at.port}`)
		return OpenInspector.#connect(url, false, null)
	}

	static async #connect(url: string, isOurs: boolean, pid: number | null): Promise<OpenInspector> {
		const connection = await InspectorConnection.open(url)
		try {
			return new OpenInspector(connection, isOurs ? await Lease.take(connection.protocol) : null, pid)
		} catch (error) {
			await connection.close()
			throw error
		}
	}

	get protocol(): Inspector {
		return this.#connection.protocol
	}

	/** It is needed for some seconds more. */
	async renew(): Promise<void> {
		await this.#lease?.renew()
	}

	/**
	 * Leave the process as it was.
	 *
	 * @returns whether its inspector is closed, if it was opened for this
	 */
	async close(): Promise<boolean> {
		this.#closing ??= this.#close()
		return this.#closing
	}

	async #close(): Promise<boolean> {
		if (this.#lease === null) {
			await this.#connection.close()
			return true
		}
		this.#lease.end()
		const closed = this.#connection.closed.then(() => true)
		const isClosed = await new Patience(this.#pid, closeWithin).within(closed, false)
		if (!isClosed) await this.#connection.close()
		return isClosed
	}
}

async function openInspector(pid: number): Promise<{ readonly url: string; readonly isOurs: boolean }> {
	const before = listenersOf(pid)
	// Only where an inspector is likely: a request to a hanging server would hang too.
	const expected = [defaultPort, ...inspectPorts(pid)]
	const wasOpen = await firstInspector(before.filter(({ port }) => expected.includes(port)))
	if (wasOpen !== null) return { url: wasOpen, isOurs: false }
	try {
		process.kill(pid, 'SIGUSR1')
	} catch (error) {
		throw new AttachRefused(`process ${pid} cannot be signalled: ${(error as Error).message}`)
	}
	const patience = new Patience(pid, openWithin)
	while (!patience.isOver()) {
		const opened = listenersOf(pid).filter(
			({ host, port }) => !before.some(other => other.port === port && other.host === host),
		)
		const url = await firstInspector(opened)
		if (url !== null) return { url, isOurs: true }
		checkAlive(pid)
		await new Promise(resolve => setTimeout(resolve, 10))
	}
	const wanted = inspectPorts(pid).at(-1) ?? defaultPort
	const others = isTaken(wanted) && !before.some(({ port }) => port === wanted)
	throw new AttachRefused(
		others
			? `process ${pid} did not open its inspector: another process has port ${wanted}. Close that one, or start this one with --inspect-port=0`
			: `process ${pid} did not open its inspector within ${patience.seconds} s: it may have its own handler for SIGUSR1. Start it with --inspect, or take a snapshot from within`,
	)
}

async function firstInspector(listeners: readonly ListeningPort[]): Promise<string | null> {
	for (const listener of listeners) {
		const url = await inspectorAt(listener)
		if (url !== null) return url
	}
	return null
}

/** @throws {AttachRefused} if a process has ended */
function checkAlive(pid: number): void {
	try {
		process.kill(pid, 0)
	} catch {
		throw new AttachRefused(`process ${pid} has ended`)
	}
}
