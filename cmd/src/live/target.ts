import { LiveError, type LiveProblem, LiveProcess, type OpenOptions } from '@tsgotrace/live'
import { CommandError, UsageError } from '../exit.js'

/** @throws UsageError */
export function pidOf(text: string): number {
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
	throw new UsageError(`'${text}' is not the id of a process; tsgotrace ps lists those that can be traced`)
}

/**
 * Look into a process, and leave it as it was. Ctrl-C ends what `use` does, by its signal.
 *
 * @throws CommandError if it is refused, or fails
 */
export async function withProcess<T>(
	pid: number,
	use: (live: LiveProcess, signal: AbortSignal) => Promise<T>,
	options: OpenOptions = {},
): Promise<T> {
	const controller = new AbortController()
	const stop = (): void => controller.abort()
	process.on('SIGINT', stop).on('SIGTERM', stop)
	let live: LiveProcess | null = null
	try {
		live = await LiveProcess.open(pid, options)
		if (!live.isInspectorClosed)
			process.stderr.write('tsgotrace: the process is busy: it will close its inspector when it can\n')
		return await use(live, controller.signal)
	} catch (error) {
		if (error instanceof LiveError) throw new CommandError(3, `${error.message}${hintFor(error.problem, pid)}`)
		throw error
	} finally {
		process.off('SIGINT', stop).off('SIGTERM', stop)
		await live?.close()
	}
}

/** What a process without events or recorders can be asked instead. */
function hintFor(problem: LiveProblem, pid: number): string {
	if (problem === 'no events')
		return `\n  hint: tsgotrace record --exec --pid ${pid} records what Node does, and tsgotrace tree ${pid} shows what it waits for`
	if (problem === 'no ring')
		return `\n  hint: record({ to: { ring } }) starts one in a program; tsgotrace record --pid ${pid} records the next seconds`
	return ''
}
