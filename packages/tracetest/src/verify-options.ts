import type { TraceEvent } from '@tsgotrace/runtime'
import type { Bounds } from './explore/progress.js'
import type { ExecutionLimits } from './explore/settling.js'
import { valueText } from './platform/text.js'
import { checkNames, mustBeMilliseconds, numberOf, type RunOptions, runOptionNames } from './world/options.js'

/** Options of {@link verify}. */
export interface VerifyOptions extends RunOptions {
	/** Schedules with at most this many delays are all executed, if the budget allows. Default: 2. */
	readonly delays?: number
	/** At most this many actions are injected into one execution. Default: 2. */
	readonly actions?: number
	/** Actions are injected inside of each event and up to this many microtasks after it. Default: 8. */
	readonly microtasks?: number
	/**
	 * Where actions are injected: at `events` (and choice points, where all tasks wait, and where time passes), or
	 * `everywhere`: also where a task begins to await, at each `await` of the files that the plugin has rewritten.
	 * Default: `events`.
	 */
	readonly inject?: 'events' | 'everywhere'
	/** At most this many schedules are sampled, between the systematic ones. Default: 500. */
	readonly samples?: number
	/** How many ordering constraints a sampled schedule aims at: the depth of PCT. Default: 3. */
	readonly depth?: number
	/** Of the samples. Default: 1. */
	readonly seed?: number
	/** At most this many schedules depart from the undisturbed execution. Default: 1000. */
	readonly natural?: number
	/**
	 * At most this many executions. Default: 5000; 300 if the undisturbed execution waits for real timers or I/O; fewer
	 * if they wait without result for what stays alive, 8 times in all.
	 */
	readonly runs?: number
	/** At most this many milliseconds of real time: a limit; the claim says if it was reached. Default: 20,000. */
	readonly budget?: number
	/** At most this many decisions in one execution; more are reported as a livelock. Default: 10,000. */
	readonly steps?: number
	/** How many milliseconds of real time a decision waits for timers and connections that are alive. Default: 250. */
	readonly settle?: number
	/** Which events are choice points, if pausable, and places of injection. Default: all of all packages. */
	readonly points?: readonly TraceEvent[] | ((event: TraceEvent) => boolean)
	/** A schedule to replay, instead of a search. Default: what the environment variable `TRACETEST` says. */
	readonly token?: string
	/** The command that runs this test again, for reports. */
	readonly command?: string
	/**
	 * Fail where nothing failed and too little was explored: no choice point was met, an action was never injected, or
	 * the budget ended after a handful of schedules. Default: what the environment variable `TRACETEST_STRICT` says, else
	 * false.
	 */
	readonly strict?: boolean
	/** Show the progress of a long search on a terminal. Default: true. */
	readonly progress?: boolean
	/**
	 * Where to write the failing, or replayed, schedule: as a page if the name ends with `.html`, with a schedule that
	 * passes beside it; else as a Chrome trace. Default: what the environment variable `TRACETEST_TRACE` says.
	 */
	readonly trace?: string
}

/** Complete, so that bindings can separate these options from those of their runners. */
const known: Readonly<Record<keyof VerifyOptions, true>> = {
	...runOptionNames,
	delays: true,
	actions: true,
	microtasks: true,
	inject: true,
	samples: true,
	depth: true,
	seed: true,
	natural: true,
	runs: true,
	budget: true,
	settle: true,
	points: true,
	token: true,
	command: true,
	strict: true,
	progress: true,
	trace: true,
}

/** @throws {TypeError} for an option that does not exist */
export function checkVerifyNames(options: VerifyOptions): void {
	checkNames('verify', options, known)
}

/** Whether an option of this name is one of {@link VerifyOptions}. */
export function isVerifyOption(name: string): name is keyof VerifyOptions {
	return Object.hasOwn(known, name)
}

/**
 * What is not an option of ours is one of the runner, which ignores what it does not know: only a near miss is certain.
 *
 * @throws {TypeError} for an option that is spelt nearly as one of ours
 */
export function checkSpelling(options: object): void {
	for (const name of Object.keys(options)) {
		const meant = isVerifyOption(name) ? undefined : Object.keys(known).find(one => isNearly(name, one))
		if (meant !== undefined) throw new TypeError(`verify: there is no option '${name}'; did you mean '${meant}'?`)
	}
}

/** The same but for case, or for one letter that is missing or too many. */
function isNearly(name: string, known: string): boolean {
	const [a, b] = [name.toLowerCase(), known.toLowerCase()]
	const [short, long] = a.length < b.length ? [a, b] : [b, a]
	for (let i = 0; i < long.length; i++) if (long.slice(0, i) + long.slice(i + 1) === short) return true
	return a === b
}

/** Bounds of the search, all decided. The environment wins over defaults, and not over what the test says. */
export function boundsOf(options: VerifyOptions): Bounds {
	const whole = (name: keyof VerifyOptions, standard: number, min = 0): number =>
		mustBeWhole(name, options[name] ?? numberOf(`TRACETEST_${name.toUpperCase()}`) ?? standard, min)
	const runs = whole('runs', 5000, 1)
	const isSaid = (options.runs ?? numberOf('TRACETEST_RUNS')) !== undefined
	return {
		delays: whole('delays', 2),
		actions: whole('actions', 2),
		microtasks: whole('microtasks', 8),
		samples: whole('samples', 500),
		depth: whole('depth', 3, 1),
		seed: whole('seed', 1),
		natural: whole('natural', 1000),
		runs,
		realRuns: isSaid ? runs : 300,
		settles: isSaid ? Number.POSITIVE_INFINITY : 8,
		ms: whole('budget', 20_000, 1),
	}
}

/** @throws if it is not one of the two */
export function injectOf({ inject = 'events' }: VerifyOptions): 'events' | 'everywhere' {
	if (inject === 'events' || inject === 'everywhere') return inject
	throw new RangeError(`verify: option inject is ${valueText(inject)}: 'events' or 'everywhere' is expected`)
}

/** Limits of each execution, all decided. */
export function limitsOf(
	{ steps = 10_000, settle = 250 }: VerifyOptions,
	{ deadTime }: { readonly deadTime: number },
): ExecutionLimits {
	mustBeMilliseconds('settle', settle)
	return { steps: mustBeWhole('steps', steps, 1), settle, deadTime }
}

/** @throws {RangeError} if `value` is neither a whole number nor infinity */
function mustBeWhole(name: keyof VerifyOptions, value: unknown, min: number): number {
	if (typeof value === 'number' && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY) && value >= min)
		return value
	throw new RangeError(`verify: option ${name} is ${valueText(value)}: a whole number of at least ${min} is expected`)
}
