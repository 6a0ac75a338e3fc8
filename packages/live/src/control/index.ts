/// <reference lib="esnext.disposable" preserve="true" />
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import process from 'node:process'
import { threadId, type Worker } from 'node:worker_threads'
import { checkNames } from '@tsgotrace/record/live'
import type { Powers } from '../agent/about.js'
import { ClientSession } from '../agent/session.js'
import { makeControlDirectory, socketPath } from '../protocol/directory.js'
import { sweep } from '../protocol/sweep.js'

export { ControlError } from '../protocol/directory.js'

/** Options of {@link openControl}. */
export interface ControlOptions {
	/**
	 * What must not leave the process, as for `record`: `true` for all arguments, or a list of names and paths. Clients
	 * may withhold more.
	 */
	readonly redact?: Readonly<Record<string, true | readonly string[]>>
	/**
	 * Whether clients may record pausable events, at which the program then waits. Default false: they can look and
	 * change nothing.
	 */
	readonly mayPause?: boolean
	/**
	 * Whether clients may change how tasks of `@tsgotrace/exec` are sampled, and what following them may cost. Default
	 * false.
	 */
	readonly maySet?: boolean
}

/** A control socket, made by {@link openControl}. */
export interface OpenControl extends Disposable {
	/** The path of the socket. */
	readonly path: string
	/** End all that clients have begun, and remove the socket. */
	close(): void
}

/** Clients at a time. */
const maxClients = 8
let open: OpenControl | null = null

/**
 * Let `tsgotrace ps`, `top`, `record --pid` and `dump` look into this thread, through a socket that only this user can
 * connect to. Without a client it costs nothing but the socket, which does not keep the process alive. Clients can
 * record and count events; they cannot execute code.
 *
 * @returns the control of this thread: the same one if it is open already
 * @throws {ControlError} if there is no directory that is this user's alone, or on Windows; TypeError for invalid
 * options
 * @example
 * import { openControl } from '@tsgotrace/live/control'
 * const control = openControl({ redact: { '*': ['password'] } })
 * control.close()
 */
export function openControl(options: ControlOptions = {}): OpenControl {
	checkOptions(options)
	if (open !== null) return open
	const { redact = {}, mayPause = false, maySet = false } = options
	const directory = makeControlDirectory()
	const path = socketPath(directory, process.pid, threadId)
	const powers: Powers = { redact, mayPause, maySet, isPrepared: true }
	const sessions = new Set<ClientSession>()
	const server = createServer(socket => {
		if (sessions.size >= maxClients) return void socket.destroy()
		const session: ClientSession = new ClientSession(socket, powers, () => sessions.delete(session))
		sessions.add(session)
	})
	// Of a process with the same pid that was killed.
	rmSync(path, { force: true })
	listen(server, path)
	sweep(directory)
	// Recorders of clients send what they still have: their connections end with the process.
	const remove = (): void => rmSync(path, { force: true })
	// One that is terminated removes nothing.
	const forgetWorkers = onWorkerExit(id => rmSync(socketPath(directory, process.pid, id), { force: true }))
	const close = (): void => {
		if (open !== control) return
		open = null
		process.off('exit', remove)
		forgetWorkers()
		for (const session of sessions) session.close()
		server.close()
		remove()
	}
	const control: OpenControl = { path, close, [Symbol.dispose]: close }
	process.on('exit', remove)
	open = control
	return control
}

function onWorkerExit(ended: (thread: number) => void): () => void {
	const listener = (worker: Worker): void => {
		const { threadId: id } = worker
		worker.once('exit', () => ended(id))
	}
	process.on('worker', listener)
	return () => process.off('worker', listener)
}

function listen(server: Server, path: string): void {
	// Others cannot reach it in its directory. It is closed to them nevertheless, from its first moment on.
	const before = process.umask === undefined ? null : umask(0o177)
	try {
		// A worker of node:cluster has its own socket too.
		server.listen({ path, exclusive: true })
	} finally {
		if (before !== null) umask(before)
	}
	server.on('error', error =>
		process.emitWarning(`the control socket fails, the program goes on: ${error.message}`, 'TraceControlWarning'),
	)
	server.on('listening', () => chmodSync(path, 0o600))
	server.unref()
}

/** Workers cannot set it. */
function umask(mask: number): number | null {
	try {
		return process.umask(mask)
	} catch {
		return null
	}
}

const known: Readonly<Record<keyof ControlOptions, true>> = { redact: true, mayPause: true, maySet: true }

function checkOptions(options: ControlOptions): void {
	checkNames('openControl', options, known)
	const { redact = {}, mayPause = false, maySet = false } = options
	for (const [name, value] of Object.entries({ mayPause, maySet }))
		if (typeof value !== 'boolean')
			throw new TypeError(`openControl: '${name}' must be true or false, not ${JSON.stringify(value)}`)
	for (const [glob, what] of Object.entries(redact))
		if (what !== true && !(Array.isArray(what) && what.every(name => typeof name === 'string')))
			throw new TypeError(`openControl: redact: '${glob}' must have true, or a list of names of parameters`)
}
