import { constants } from 'node:os'

/** Signals that cannot be handled, that Node uses itself, or that end or crash a process. */
const unfit: ReadonlySet<string> = new Set([
	'SIGKILL',
	'SIGSTOP',
	'SIGTERM',
	'SIGINT',
	'SIGHUP',
	'SIGQUIT',
	'SIGUSR1',
	'SIGSEGV',
	'SIGBUS',
	'SIGFPE',
	'SIGILL',
])

/** Whether a signal can request a dump of a ring. */
export function isDumpSignal(name: string): boolean {
	return Object.hasOwn(constants.signals, name) && !unfit.has(name)
}
