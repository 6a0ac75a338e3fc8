import { type Met, metNothing } from '../world/met.js'
import type { Difference } from './differ.js'
import type { ScheduleLevel } from './frontier.js'
import type { OutsideWait } from './waits.js'

/** Bounds of a search. */
export interface Bounds {
	readonly delays: number
	readonly actions: number
	readonly microtasks: number
	/** Delays and actions together, of controlled schedules alone. Default: no separate bound. */
	readonly total?: number
	/** How many schedules are sampled, at most. */
	readonly samples: number
	readonly depth: number
	readonly seed: number
	/** How many schedules depart from the undisturbed execution, at most. */
	readonly natural: number
	/** The budget: executions. */
	readonly runs: number
	/** The same, where the undisturbed execution waits for real timers or I/O. Default: `runs`. */
	readonly realRuns?: number
	/**
	 * The same, for executions that wait without result for what stays alive: how often, over all of them. Default: no
	 * separate bound.
	 */
	readonly settles?: number
	/** Milliseconds of real time: a limit far above the budget. */
	readonly ms: number
}

/** What a search has done so far. */
export interface SearchProgress {
	runs: number
	/** Sampled ones among the runs. */
	samples: number
	/** Levels whose schedules were all executed, and how many these are. */
	readonly complete: (ScheduleLevel & { readonly schedules: number })[]
	/**
	 * For each maximum number of actions: up to how many delays all schedules were executed; undefined: there may be more
	 * of them.
	 */
	readonly exhausted: (number | undefined)[]
	/** The level that is being executed, and how many of its schedules were. */
	level: ScheduleLevel
	done: number
	/** Executions that did not do what the one did that they were derived from: the body is not deterministic. */
	diverged: number
	/** Where two executions of one schedule have gone different ways, if that was seen again. */
	difference: Difference | undefined
	/** Kinds of resources that were alive when decisions were made. */
	readonly uncontrolled: Set<string>
	/** Where tasks waited outside of choice points, the most frequent first. */
	waits: readonly OutsideWait[]
	/** Whether all controlled schedules were executed, apart from those with more actions. */
	exhaustive: boolean
	/** Why the search was stopped: its budget of executions was spent, or the limit of time was reached. */
	cut: 'runs' | 'time' | undefined
	/** The most that an execution has met. */
	readonly met: Met
	/** The names of all actions that were declared. */
	readonly actions: Set<string>
	/** Whether the body has declared actions, and whether one was injected into a controlled schedule. */
	hasActions: boolean
	injected: boolean
	/** The undisturbed execution, and what departs from it. */
	readonly natural: NaturalProgress
}

/** What was executed beside the controlled schedules. */
export interface NaturalProgress {
	/** Executions: as `run` does it, in the natural order, and departures from that. */
	runs: number
	/**
	 * How many schedules the levels have that were executed as a whole: no deviation from the natural order, one, two.
	 */
	complete: readonly number[]
	/** Executions that went another way than planned. */
	diverged: number
	/** Callbacks of real timers and I/O in the undisturbed execution, by type. */
	callbacks: ReadonlyMap<string, number>
}

export function begun(): SearchProgress {
	return {
		runs: 0,
		samples: 0,
		complete: [],
		exhausted: [],
		level: { delays: 0, actions: 0 },
		done: 0,
		diverged: 0,
		difference: undefined,
		uncontrolled: new Set(),
		waits: [],
		exhaustive: false,
		cut: undefined,
		met: metNothing(),
		actions: new Set(),
		hasActions: false,
		injected: false,
		natural: { runs: 0, complete: [], diverged: 0, callbacks: new Map() },
	}
}
