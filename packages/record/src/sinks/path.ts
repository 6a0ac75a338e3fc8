import { extname } from 'node:path'
import { isMainThread, threadId } from 'node:worker_threads'

/**
 * The path of this thread's file: `%p` is the id of the process, `%t` that of the thread, `%n` the number of a dump,
 * and `%%` a `%`. A worker without `%t` gets `-w<id>` before the extension, because two threads must not write to one
 * file.
 */
export function pathFor(to: string, n?: number): string {
	const values: Readonly<Record<string, unknown>> = { p: process.pid, t: threadId, n: n ?? '%n', '%': '%' }
	const path = to.replace(/%([ptn%])/g, (_, what: string) => String(values[what]))
	return isMainThread || has(to, 't') ? path : numbered(path, `-w${threadId}`)
}

/** A path that differs for each process. */
export function perProcess(to: string): string {
	return has(to, 'p') ? to : numbered(to, '-%p')
}

function has(to: string, what: 'p' | 't'): boolean {
	return to.replaceAll('%%', '').includes(`%${what}`)
}

/** `dir/name<suffix>.ext`, the extension being `.perfetto-trace` or the last one. */
export function numbered(path: string, suffix: string): string {
	const ext = extname(path)
	return `${path.slice(0, path.length - ext.length)}${suffix}${ext}`
}
