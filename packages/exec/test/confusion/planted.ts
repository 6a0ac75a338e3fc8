// What is planted in each program of faults.mjs, and how it is recorded.
import { faults } from '../../../trace/test/analyze/faults.js'
import type { Fault } from '../../../trace/test/analyze/sim.js'

export interface Planted extends Pick<Fault, 'rule' | 'subject'> {
	/** The kind of fault. */
	readonly kind: string
	/** The name of the program. */
	readonly program: string
	/** Options of `tsgotrace record`. */
	readonly flags: readonly string[]
	/** What starts the program, before the command. */
	readonly start?: readonly string[]
}

const states = ['--exec=states']
const all = ['--exec=all']
const without = (...events: readonly string[]): string[] => [
	'-e',
	'@tsgotrace/exec/**',
	...events.flatMap(event => ['-e', `!${event}`]),
]

/** By the kind of fault, which has a simulated program too. */
const programs: Readonly<Record<string, readonly [program: string, flags: readonly string[], subject?: string]>> = {
	'a synchronous call of Node that the sampler finds': ['blockingCall', all, 'crypto.scryptSync'],
	'a task that goes on by microtasks for ever': ['starvation', states],
	'tasks that wait for each other, of which only states are known': ['turns', without('*:traceWaitSite')],
	'a pool that tasks of several names share': ['sharedPool', states],
	'a lock that tasks of several names take, at one place': ['sharedLock', states],
	'two locks that are taken in opposite orders': ['stuck', states],
	'tasks of which the promise was collected': ['lost', states],
	'tasks that only the end of the process ends': ['leakUntilExit', states],
	'a task that each request begins and that never ends': ['leakUntilKilled', states],
	'connections that are not given back': ['leakOfSlices', states],
	'a lock that all need': ['lock', states],
	'a pool that is too small': ['pool', states],
	'jobs that wait for workers, in events of the program itself': ['workers', states],
	'a step that computes for long': ['stall', states],
	'a step that computes for long, where the loop is not watched': [
		'stallUnwatched',
		without('@tsgotrace/exec/thread:*'),
	],
	'a page that waits for the slowest of its parts': ['slowest', states],
	'requests one after the other that could be at once': ['serial', states],
	'a call for each row': ['calls', states],
	'a query for each row, as regions': ['queries', states],
	'retries of what fails most of the time': ['retries', states],
	'garbage that takes a fifth of the time': ['garbage', states],
	'a loop that is always late': ['loopDelay', states],
	'events that were lost': ['loss', ['--exec=tasks']],
	'a task that runs for long without a break': ['longRun', states],
	'more work than one thread can do': ['crowding', states],
	'a place at which tasks wait for each other': ['waitSite', states],
}

/** A file cannot grow larger: there is room for less than what is written first, and for the loss of it. */
const limited = ['sh', '-c', 'ulimit -f 100; exec "$0" "$@"']

export const planted: readonly Planted[] = [
	...Object.entries(programs).map(([kind, [program, flags, subject]]) => {
		const { rule, subject: simulated } = faults[kind]!
		return {
			kind,
			program,
			flags,
			rule,
			subject: subject ?? simulated,
			...(program === 'loss' ? { start: limited } : {}),
		}
	}),
	{ kind: 'code that the sampler finds', program: 'blockingCode', flags: all, rule: 'blocking code', subject: 'spin' },
]
