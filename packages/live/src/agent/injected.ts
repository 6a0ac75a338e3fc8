// What is executed in a process that was not prepared: bundled to one text, see scripts/bundle.mjs.
import { connect as connectSocket } from 'node:net'
import { ClientSession } from './session.js'

/**
 * Connect this thread to who waits at a socket, and answer what it asks until the connection ends.
 *
 * @returns when it is connected
 * @throws if it cannot be: the permission model may not allow it
 */
export async function connect(path: string): Promise<void> {
	const socket = connectSocket(path).unref()
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve)
		socket.once('error', reject)
	})
	// It lives as long as its socket.
	new ClientSession(socket, { mayPause: true, isPrepared: false, redact: {} }, () => {})
}
