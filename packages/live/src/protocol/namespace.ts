import { readlinkSync } from 'node:fs'

/** The number of the pid namespace of a process; null if it is unknown, or the one of the machine itself. */
export function pidNamespace(pid: number | 'self'): string | null {
	try {
		const number = /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[1] ?? null
		return number === firstPidNamespace ? null : number
	} catch {
		return null
	}
}

/** Linux gives it to the namespace of the machine itself, on all of them. */
const firstPidNamespace = '4026531836'
