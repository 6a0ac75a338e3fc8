// Apart, so that a tool can offer them without loading what makes profiles.

/** `sched` is the time in which tasks could have run, `run` that in which they did; all others are what they waited for. */
export const profileKinds = [
	'net',
	'fs',
	'dns',
	'pool',
	'timer',
	'child',
	'worker',
	'sync',
	'immediate',
	'unknown',
	'sched',
	'run',
	'all',
] as const
export type ProfileKind = (typeof profileKinds)[number]
