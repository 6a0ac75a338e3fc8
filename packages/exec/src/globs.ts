// Which events of this package a recording has, beside those of the program.

/** What may be left out, with the globs of its events. */
const groups = {
	tasks: ['@tsgotrace/exec/{tasks,auto}:*'],
	states: ['@tsgotrace/exec/states:trace{Run,Wait}*'],
	wakes: ['@tsgotrace/exec/states:traceWake'],
	stalls: ['@tsgotrace/exec/stalls:*'],
	cpu: ['@tsgotrace/exec/cpu:*'],
	gc: ['@tsgotrace/exec/thread:traceGc*'],
	heap: ['@tsgotrace/exec/thread:trace{Heap,External,Rss}*'],
	loop: ['@tsgotrace/exec/thread:trace{Loop,ThreadCpu,ProcessCpu,OffCpu}*'],
} as const

export type Group = keyof typeof groups

/**
 * The globs of a recording.
 *
 * @param events those that are recorded of the program itself; all if it is undefined
 * @param leftOut groups of events of this package
 */
export function recordingGlobs(events: string | readonly string[] = '*', leftOut: readonly Group[] = []): string[] {
	const own = typeof events === 'string' ? [events] : [...events]
	// Only exclusions: from everything.
	const isAll = own.length > 0 && own.every(glob => String(glob).startsWith('!'))
	return [...(isAll ? ['*'] : []), ...own, '@tsgotrace/exec/**', ...leftOut.flatMap(group => groups[group].map(glob => `!${glob}`))]
}
