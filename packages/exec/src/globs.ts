// Which events of this package are recorded, besides those of the program.

/** Groups that may be left out, with the globs of their events. */
const groups = {
	tasks: ['@tsgotrace/exec/{tasks,auto,sampling}:*'],
	states: ['@tsgotrace/exec/states:trace{Run,Wait}*'],
	wakes: ['@tsgotrace/exec/states:traceWake'],
	stalls: ['@tsgotrace/exec/stalls:*'],
	cpu: ['@tsgotrace/exec/cpu:*'],
	gc: ['@tsgotrace/exec/thread:traceGc*'],
	heap: ['@tsgotrace/exec/thread:trace{Heap,External,Rss}*'],
	loop: ['@tsgotrace/exec/thread:trace{Loop,ThreadCpu,ProcessCpu,OffCpu}*'],
} as const

export type EventGroup = keyof typeof groups

/**
 * The globs of a recording.
 *
 * @param events globs for the events of the program; undefined means all
 * @param leftOut groups of events of this package
 */
export function recordingGlobs(
	events: string | readonly string[] = '*',
	leftOut: readonly EventGroup[] = [],
): string[] {
	const own = typeof events === 'string' ? [events] : [...events]
	// Only exclusions: they exclude from all events.
	const isAll = own.length > 0 && own.every(glob => String(glob).startsWith('!'))
	return [
		...(isAll ? ['*'] : []),
		...own,
		'@tsgotrace/exec/**',
		...leftOut.flatMap(group => groups[group].map(glob => `!${glob}`)),
	]
}
