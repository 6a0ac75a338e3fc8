// A separate module, so that a tool can list the kinds without loading the code for profiles.

/**
 * `sched` is the time in which tasks could have run, `run` the time in which they ran; all others are reasons of waits.
 */
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
