// What is executed in a process that was not prepared: bundled to one text, see scripts/bundle.mjs.
import { rmdirSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { dirname } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { ClientSession } from './session.js'
import { executeInWorkers } from './workers.js'

/**
 * Connect this thread to who waits at a socket, and answer what it asks until the connection ends. Its workers that
 * begin meanwhile connect too.
 *
 * @param source the code that calls this
 * @returns when it is connected
 * @throws if it cannot be: the permission model may not allow it
 */
export async function connect(path: string, source: string): Promise<void> {
	const socket = connectSocket(path).unref()
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve)
		socket.once('error', reject)
	})
	const end = isMainThread ? withWorkers(source) : () => {}
	// It lives as long as its socket.
	new ClientSession(socket, { mayPause: true, maySet: true, isPrepared: false, redact: {} }, () => {
		end()
		if (isMainThread) remove(path)
	})
}

/** Workers are left out where the permission model denies the inspector. */
function withWorkers(source: string): () => void {
	try {
		return executeInWorkers(source)
	} catch {
		return () => {}
	}
}

/** A client that was killed has left its socket, and the directory around that. */
function remove(path: string): void {
	try {
		rmSync(path, { force: true })
		rmdirSync(dirname(path))
	} catch {
		// The client has removed it.
	}
}
