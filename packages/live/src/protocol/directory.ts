import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pidNamespace } from './namespace.js'

/** Why there are no control sockets. */
export class ControlError extends Error {
	override readonly name = 'ControlError'
}

/** A path that is longer does not fit into the address of a socket. */
const longest = 103

/** Where processes with this environment have their control sockets, best first. */
export function controlDirectories(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
	const uid = process.getuid?.()
	if (uid === undefined) return []
	const runtime = env['XDG_RUNTIME_DIR']
	const temporary = env['TMPDIR']?.replace(/(.)\/$/, '$1')
	return [
		...(runtime === undefined || !runtime.startsWith('/') ? [] : [join(runtime, 'tsgotrace')]),
		join(temporary === undefined || temporary === '' ? tmpdir() : temporary, `tsgotrace-${uid}`),
	]
}

/**
 * The directory for the control sockets of this user: only this user can look into it.
 *
 * @throws {ControlError} if none can be had
 */
export function makeControlDirectory(): string {
	const directories = controlDirectories()
	if (directories.length === 0) throw new ControlError('there are no control sockets on this system')
	const reasons: string[] = []
	for (const path of directories) {
		try {
			mkdirSync(path, { mode: 0o700 })
			// Whatever the umask is.
			chmodSync(path, 0o700)
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				reasons.push((error as Error).message)
				continue
			}
		}
		const why = whyUnsafe(path)
		if (why === null) return path
		reasons.push(why)
	}
	throw new ControlError(`no safe directory for control sockets: ${reasons.join('; ')}`)
}

/** Why a directory is not ours alone; null: it is. */
export function whyUnsafe(path: string): string | null {
	const stat = lstatSync(path, { throwIfNoEntry: false })
	if (stat === undefined) return `there is no ${path}`
	// Not the target of a link that another user may have put there.
	if (!stat.isDirectory()) return `${path} is not a directory`
	if (stat.uid !== process.getuid?.()) return `${path} belongs to user ${stat.uid}`
	if ((stat.mode & 0o077) !== 0)
		return `${path} is open to others (mode ${(stat.mode & 0o777).toString(8)}); make it yours alone: chmod 700 ${path}`
	return null
}

/** The socket of a thread of this pid namespace. @throws {ControlError} if the path is too long for one */
export function socketPath(directory: string, pid: number, thread: number): string {
	// In another namespace, whose processes may have the same directory, there is another process with this pid.
	const namespace = pidNamespace('self')
	const name = `${pid}${namespace === null ? '' : `@${namespace}`}${thread === 0 ? '' : `-${thread}`}.sock`
	const path = join(directory, name)
	if (Buffer.byteLength(path) > longest) throw new ControlError(`the path of the control socket is too long: ${path}`)
	return path
}

/** Whose socket a file of the directory is; null for other files. The pid is that of its namespace. */
export function socketOwner(
	name: string,
): { readonly pid: number; readonly namespace: string | null; readonly thread: number } | null {
	const match = /^(\d+)(?:@(\d+))?(?:-(\d+))?\.sock$/.exec(name)
	return match === null ? null : { pid: Number(match[1]), namespace: match[2] ?? null, thread: Number(match[3] ?? 0) }
}
