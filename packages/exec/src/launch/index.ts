// For who starts a program whose execution is to be recorded.
import { fileURLToPath } from 'node:url'
import { type Group, recordingGlobs } from '../globs.js'
import { AUTO, LEVEL } from '../level.js'

/**
 * How much of the execution is recorded: `tasks`, their `states` too, `all`, which is what stalls the thread and samples of what it does too, or the states where Node can follow them at a low price (`auto`). The thread is recorded
 * at each level.
 */
export type ExecLevel = 'tasks' | 'states' | 'all' | typeof AUTO

export const execLevels: readonly ExecLevel[] = ['tasks', 'states', 'all', AUTO]

/** What is left out at a level. */
const leftOut: Readonly<Record<ExecLevel, readonly Group[]>> = {
	tasks: ['states', 'wakes', 'stalls', 'cpu'],
	states: ['stalls', 'cpu'],
	all: [],
	auto: ['stalls', 'cpu'],
}

/**
 * The globs of a recording that has the execution in it too.
 *
 * @param events those that are recorded of the program itself; all if it is undefined
 */
export function execGlobs(level: ExecLevel, events?: readonly string[]): string[] {
	return recordingGlobs(events, leftOut[level])
}

/** Whether globs name events of this package, which then must be there. */
export function namesExec(events: readonly string[] = []): boolean {
	return events.some(glob => /^@tsgotrace\/(exec|\*)/.test(glob))
}

/**
 * The environment with which a Node program, and all that it starts in its turn, has the events of this package without importing it.
 *
 * @param environment of a recorder, as `environment()` of `@tsgotrace/record/launch` makes it
 * @param level without it, what the recorder attaches to decides
 * @example
 * import { execEnvironment } from '@tsgotrace/exec/launch'
 * import { environment } from '@tsgotrace/record/launch'
 * console.log('NODE_OPTIONS' in execEnvironment(environment({ to: 'out.perfetto-trace' })))
 */
export function execEnvironment(environment: Readonly<Record<string, string>>, level?: ExecLevel): Record<string, string> {
	// The same place from the sources and from what is built of them.
	const preload = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
	const quoted = /[\s"\\]/.test(preload) ? `"${preload.replace(/["\\]/g, '\\$&')}"` : preload
	return {
		...environment,
		NODE_OPTIONS: `--require=${quoted} ${environment['NODE_OPTIONS'] ?? ''}`.trim(),
		// Also without one: that of a recording which this one is part of does not hold here.
		[LEVEL]: level ?? '',
	}
}
