// Processes of containers: they have other ids, files and environment than this process sees.
import { readFileSync, readlinkSync, statSync } from 'node:fs'

/** The id that a process has in its own pid namespace, as `process.pid` says there. */
export function innerPid(pid: number): number {
	try {
		const ids = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
		return Number(ids?.split(/\s+/).at(-1) ?? pid)
	} catch {
		return pid
	}
}

/**
 * What must precede an absolute path of a process so that it leads to the same file here; '' if its files are those of
 * this process.
 */
export function rootOf(pid: number): string {
	const root = `/proc/${pid}/root`
	try {
		if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')) return root
		const [theirs, ours] = [statSync(`${root}/`), statSync('/')]
		return theirs.dev === ours.dev && theirs.ino === ours.ino ? '' : root
	} catch {
		return ''
	}
}

/** The environment with which a process was started; empty if it cannot be read. */
export function environmentOf(pid: number): Readonly<Record<string, string>> {
	const env: Record<string, string> = {}
	try {
		for (const row of readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')) {
			const at = row.indexOf('=')
			if (at > 0) env[row.slice(0, at)] = row.slice(at + 1)
		}
	} catch {
		// It has ended, or belongs to another user.
	}
	return env
}
