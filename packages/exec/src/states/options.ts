import { checkNames } from '../checknames.js'
import { shared } from '../realm.js'

/** How exactly the states of tasks are followed. */
export interface StateOptions {
	/**
	 * `exact` follows each microtask: which task runs after an `await`. `coarse` follows callbacks of the event loop
	 * only: it costs less, and attributes what one task does after another one in the microtasks of a callback to the
	 * first. Default `exact`.
	 */
	readonly level?: 'exact' | 'coarse'
	/**
	 * While a probe is attached to `traceWaitSite`: the place of one wait in this many is looked up, at random. 1 means
	 * every wait. Default 100.
	 */
	readonly sites?: number
	/**
	 * Follow states on a Node whose hooks turn a stack overflow that the program catches into the end of the process
	 * (CVE-2025-59466). Default false.
	 */
	readonly allowUnsafe?: boolean
}

/** Shared by all copies of the package: one of them follows the states. */
const state = shared(
	'stateOptions',
	(): { options: Required<StateOptions>; changed: (() => void) | null; limit: Limit; limitedBy: string } => ({
		options: { level: 'exact', sites: 100, allowUnsafe: false },
		changed: null,
		limit: null,
		limitedBy: '',
	}),
)

/** What a budget leaves of the level: no more than `coarse`, or no states at all. Null: all. */
type Limit = 'coarse' | 'off' | null

/**
 * Choose how exactly the states of tasks are followed while a probe is attached to them. Applies from now on.
 *
 * @throws TypeError for an invalid option
 * @example
 * import { configureStates } from '@tsgotrace/exec'
 * configureStates({ level: 'coarse' })
 */
export function configureStates(changes: StateOptions): void {
	checkNames('configureStates', changes, Object.keys(state.options))
	for (const [name, value] of Object.entries(changes)) check(name as keyof StateOptions, value)
	state.options = { ...state.options, ...changes }
	state.changed?.()
}

export function stateOptions(): Required<StateOptions> & { readonly limit: Limit; readonly limitedBy: string } {
	return { ...state.options, limit: state.limit, limitedBy: state.limitedBy }
}

/** Follow states no more exactly than this, from now on. @param why reported in the trace */
export function limitStates(limit: Limit, why: string): void {
	state.limit = limit
	state.limitedBy = why
	state.changed?.()
}

/** Call `fn` when options change; null: no longer. */
export function onStateOptions(fn: (() => void) | null): void {
	state.changed = fn
}

function check(name: keyof StateOptions, value: unknown): void {
	if (name === 'level' && value !== 'exact' && value !== 'coarse')
		throw new TypeError("configureStates: 'level' must be 'exact' or 'coarse'")
	if (name === 'sites' && !(Number.isSafeInteger(value) && (value as number) > 0))
		throw new TypeError(
			"configureStates: 'sites' must be an integer of at least 1: the place of one wait in this many is looked up",
		)
	if (name === 'allowUnsafe' && typeof value !== 'boolean')
		throw new TypeError("configureStates: 'allowUnsafe' must be true or false")
}
