import type { TraceProcess } from '../read/items.js'

/** No system gives ids as large. */
const beyond = 10_000_000

/**
 * The id of a process for formats that know processes by nothing else: made up for all but the first of those that have
 * the same.
 */
export function uniquePid(process: TraceProcess | null): number {
	return process === null ? 0 : process.pid + process.instance * beyond
}

/** `42`; `42#2` for the second process that has this id. */
export function textPid(process: TraceProcess | null): string {
	if (process === null) return '?'
	return process.instance === 0 ? String(process.pid) : `${process.pid}#${process.instance + 1}`
}
