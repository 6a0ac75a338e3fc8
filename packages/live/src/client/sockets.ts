import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { environmentOf, innerPid, rootOf } from '@tsgotrace/tree/attach'
import { controlDirectories, socketOwner, whyUnsafe } from '../protocol/directory.js'
import { pidNamespace } from '../protocol/namespace.js'

/** The control socket of a thread. */
export interface ControlSocket {
	/** As in its own pid namespace. */
	readonly pid: number
	readonly namespace: string | null
	readonly thread: number
	readonly path: string
}

/** The control sockets in directories, those of main threads first. */
function socketsIn(directories: Iterable<string>): ControlSocket[] {
	const found: ControlSocket[] = []
	for (const directory of new Set(directories)) {
		if (whyUnsafe(directory) !== null) continue
		for (const name of readdirSync(directory)) {
			const owner = socketOwner(name)
			if (owner !== null) found.push({ ...owner, path: join(directory, name) })
		}
	}
	return found.sort((a, b) => a.pid - b.pid || a.thread - b.thread)
}

/** Where sockets may be: in our own environment, and where sessions have theirs. */
function ourDirectories(): string[] {
	const uid = process.getuid?.()
	return [
		...controlDirectories(),
		...(uid === undefined ? [] : controlDirectories({ XDG_RUNTIME_DIR: `/run/user/${uid}`, TMPDIR: '/tmp' })),
	]
}

/** All control sockets of this user, and this pid namespace, that can be found without a pid. */
export function allSockets(): ControlSocket[] {
	const own = pidNamespace('self')
	return socketsIn(ourDirectories()).filter(({ namespace }) => namespace === own)
}

/**
 * The directories in which the threads of a process may have control sockets. Those of a container are reached through
 * its root.
 */
export function directoriesOf(pid: number): string[] {
	const root = rootOf(pid)
	return [...ourDirectories(), ...controlDirectories(environmentOf(pid))].map(directory => root + directory)
}

/** The control sockets of the threads of a process, whose environment and namespaces may be others. */
export function socketsOf(pid: number): ControlSocket[] {
	const own = innerPid(pid)
	const namespace = pidNamespace(pid)
	return socketsIn(directoriesOf(pid)).filter(socket => socket.pid === own && socket.namespace === namespace)
}
