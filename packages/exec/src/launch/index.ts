// For who starts a program whose execution is to be recorded.
import { fileURLToPath } from 'node:url'

/** How much of the execution is recorded. */
export type ExecLevel = 'tasks'

export const execLevels: readonly ExecLevel[] = ['tasks']

/** The globs that events of this package are chosen by, beside those of the program. */
const globs: Readonly<Record<ExecLevel, readonly string[]>> = {
	tasks: ['@tsgotrace/exec/**', '!@tsgotrace/exec/states:*'],
}

/**
 * The globs of a recording that has the execution in it too.
 *
 * @param events those that are recorded of the program itself; all if it is undefined
 */
export function execGlobs(level: ExecLevel, events: readonly string[] = ['*']): string[] {
	// Only exclusions: from everything.
	const all = events.every(glob => glob.startsWith('!')) ? ['*', ...events] : events
	return [...all, ...globs[level]]
}

/** Whether globs name events of this package, which then must be there. */
export function namesExec(events: readonly string[] = []): boolean {
	return events.some(glob => /^@tsgotrace\/(exec|\*)/.test(glob))
}

/**
 * The environment with which a Node program, and all that it starts in its turn, has the events of this package without importing it.
 *
 * @param environment of a recorder, as `environment()` of `@tsgotrace/record/launch` makes it
 * @example
 * import { execEnvironment } from '@tsgotrace/exec/launch'
 * import { environment } from '@tsgotrace/record/launch'
 * console.log('NODE_OPTIONS' in execEnvironment(environment({ to: 'out.perfetto-trace' })))
 */
export function execEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
	// The same place from the sources and from what is built of them.
	const preload = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
	const quoted = /[\s"\\]/.test(preload) ? `"${preload.replace(/["\\]/g, '\\$&')}"` : preload
	return { ...environment, NODE_OPTIONS: `--require=${quoted} ${environment['NODE_OPTIONS'] ?? ''}`.trim() }
}
