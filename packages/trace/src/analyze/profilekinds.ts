// A separate module, so that a tool can list the kinds without loading the code for profiles.

/**
 * `sched` is the time in which tasks could have run, `run` the time in which they ran, `cpu` what V8's sampler found
 * threads doing; all others are reasons of waits. `all` is all of them but `cpu`.
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
	'cpu',
	'all',
] as const
export type ProfileKind = (typeof profileKinds)[number]
