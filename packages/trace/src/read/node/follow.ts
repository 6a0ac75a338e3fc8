import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Growing } from './growing.js'

/** Options for {@link followTrace}. */
export interface FollowOptions {
	/** Ends it: what was written by then is still read. */
	readonly signal?: AbortSignal
	/** Milliseconds between two looks at the files. Default: 200. */
	readonly every?: number
	/**
	 * Called when all was taken that had been written at the start of a look, with the time of that start: milliseconds
	 * since 1970.
	 */
	readonly onLook?: (began: number) => void
}

/** A segment of a rotation is read with the file that it belongs to. */
const isPart = /(?<!\.\d+)\.perfetto-trace$/
const isSegment = /\.\d+(\.perfetto-trace)$/

/**
 * The bytes of a recording while it is written, for `readTrace`: packets that are complete, in the order in which they
 * are found. Of several files at once, items are therefore not in order of time.
 *
 * @param path a file, or a directory with one for each thread, `*.perfetto-trace`, in which more may appear; each may
 * be rotated
 * @throws system errors, such as for a missing file
 * @example
 * import { followTrace, readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const trace = readTrace(followTrace(path, { signal: AbortSignal.timeout(10_000) }))
 * 	for await (const item of trace) if (item.type === 'begin') console.log(item.time, item.id)
 * }
 */
export async function* followTrace(
	path: string | URL,
	{ signal, every = 200, onLook }: FollowOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
	if (!(every > 0)) throw new RangeError(`followTrace: every must be a positive number of milliseconds, not ${every}`)
	const root = path instanceof URL ? fileURLToPath(path) : path
	const isDirectory = (await stat(root)).isDirectory()
	const files = new Map<string, Growing>()
	const taken = new Set<number>()
	const find = async (): Promise<void> => {
		const paths = isDirectory ? (await namesIn(root)).map(name => join(root, name)) : [root]
		for (const found of paths) if (!files.has(found)) files.set(found, new Growing(found, taken))
	}
	try {
		for (;;) {
			const isLast = signal?.aborted === true
			const began = Date.now()
			await find()
			for (const file of files.values()) yield* file.more()
			onLook?.(began)
			if (isLast) return
			await sleep(every, undefined, signal === undefined ? {} : { signal }).catch(() => {})
		}
	} finally {
		for (const file of files.values()) await file.close()
	}
}

/** The names of the traces in a directory, without the numbers of segments. Empty once it was removed. */
async function namesIn(directory: string): Promise<string[]> {
	const names = await readdir(directory).catch(() => [])
	return [
		...new Set(
			names.flatMap(name => (isPart.test(name) ? [name] : isSegment.test(name) ? [name.replace(isSegment, '$1')] : [])),
		),
	].sort()
}
