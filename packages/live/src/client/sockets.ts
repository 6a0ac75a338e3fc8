import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { controlDirectories, socketOwner, whyUnsafe } from '../protocol/directory.js'

/** The control socket of a thread. */
export interface ControlSocket {
	readonly pid: number
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

/** All control sockets of this user that can be found without a pid. */
export function allSockets(): ControlSocket[] {
	return socketsIn(ourDirectories())
}

/** The control sockets of the threads of a process, whose environment may be another one. */
export function socketsOf(pid: number): ControlSocket[] {
	return socketsIn([...ourDirectories(), ...directoriesOf(pid)]).filter(socket => socket.pid === pid)
}

function directoriesOf(pid: number): string[] {
	try {
		const env: Record<string, string> = {}
		for (const row of readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')) {
			const at = row.indexOf('=')
			if (at > 0) env[row.slice(0, at)] = row.slice(at + 1)
		}
		return controlDirectories(env)
	} catch {
		return []
	}
}
