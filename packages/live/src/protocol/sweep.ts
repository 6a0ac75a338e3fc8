// Sockets of processes that were killed: their files stay, and nothing listens.
import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { socketOwner } from './directory.js'
import { pidNamespace } from './namespace.js'

/** Remove the file of a socket at which nothing listens, as an error of connecting to it says. */
export function removeRefused(path: string, error: unknown): void {
	if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') rmSync(path, { force: true })
}

/** Remove the sockets of a directory whose processes have ended. It takes its time, and keeps nothing alive. */
export function sweep(directory: string): void {
	const own = pidNamespace('self')
	for (const name of readdirSync(directory)) {
		const owner = socketOwner(name)
		if (owner === null || (owner.namespace === own && isAlive(owner.pid))) continue
		const path = join(directory, name)
		// It may be that of another container, whose processes are unknown here.
		const socket = connect(path).unref()
		socket.on('connect', () => socket.destroy())
		socket.on('error', error => removeRefused(path, error))
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0)
		return true
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH'
	}
}
