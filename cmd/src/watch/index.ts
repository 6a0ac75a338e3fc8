// Watching a recording. The analysis is loaded only for that.
import { UsageError } from '../exit.js'
import { duration, type RecordFlags } from '../recordflags.js'
import type { Watching } from './watching.js'

/**
 * Analyse a recording while it is written, and show what happens.
 *
 * @param directory where threads leave their parts
 * @param width of a window, in milliseconds
 */
export async function watching(directory: string, width: number): Promise<Watching> {
	return new (await import('./watching.js')).Watching(directory, width)
}

/** The width of a window in milliseconds; null if nothing is watched. @throws UsageError */
export function watchWidth({
	watch,
	quiet,
	ring,
	last,
}: Pick<RecordFlags, 'watch' | 'quiet' | 'ring' | 'last'>): number | null {
	if (watch === undefined || watch === false) return null
	if (quiet === true)
		throw new UsageError('--watch prints while the program runs, --quiet prints nothing: they cannot be combined')
	if (ring !== undefined || last !== undefined)
		throw new UsageError(
			'--watch reads what is written while the program runs, and a ring is written at its end: they cannot be combined',
		)
	const width = watch === true ? 1000 : duration('--watch', watch)
	if (width < 100) throw new UsageError(`--watch: a window must be at least 100ms, not '${watch}'`)
	return width
}

/** Wait for what is watched. When it is over, the table goes, and what was unusual is printed. */
export async function whileWatched<T>(watched: Watching | null, work: Promise<T>): Promise<T> {
	try {
		return await work
	} finally {
		const lines = (await watched?.end()) ?? []
		if (lines.length > 0)
			process.stderr.write(`tsgotrace: unusual while it ran\n${lines.map(line => `  ${line}\n`).join('')}`)
	}
}
