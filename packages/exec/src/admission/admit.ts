import { shared } from '../realm.js'
import { type Decide, decider, maxNames, type TaskSampling, textOf } from './rules.js'

/** Tasks of one name since the last report. */
interface TaskCounts {
	begun: number
	left: number
}

/** Shared by all copies of the package: any of them begins tasks. */
const state = shared(
	'sampling',
	(): { rule: TaskSampling; decide: Decide | null; isOff: boolean; counts: Map<string, TaskCounts>; why: string } => ({
		rule: true,
		/** Null: all are recorded. */
		decide: null,
		isOff: false,
		counts: new Map(),
		why: '',
	}),
)

/**
 * Choose which tasks are recorded, from the next one that begins. It is decided when a task begins, and inherited by
 * the tasks that it begins; regions, logs, calls and states of a task that is left out are left out too. Tasks of a
 * caller in another process that says that it is not sampled are left out.
 *
 * @throws TypeError, RangeError for an invalid rule
 * @example
 * import { configureSampling } from '@tsgotrace/exec'
 * configureSampling({ probability: 0.1, atLeast: 1 })
 */
export function configureSampling(rule: TaskSampling): void {
	setSampling(rule, 'configured')
}

/** @param why reported in the trace */
export function setSampling(rule: TaskSampling, why: string): void {
	let decide: Decide
	try {
		decide = decider(rule)
	} catch (error) {
		;(error as Error).message = `configureSampling: ${(error as Error).message}`
		throw error
	}
	state.rule = rule
	state.decide = rule === true ? null : decide
	state.why = why
}

/** Record no task at all, whatever the rule says: what recording costs has become too much. */
export function pauseTasks(isOff: boolean): void {
	state.isOff = isOff
}

/** The rule that holds. */
export function currentRule(): TaskSampling {
	return state.rule
}

/** What holds, and why it was chosen. */
export function currentSampling(): { readonly text: string; readonly why: string; readonly isOff: boolean } {
	return { text: textOf(state.rule), why: state.why, isOff: state.isOff }
}

/**
 * Whether a task that begins is recorded.
 * @param isSampled of the caller in another process; undefined if there is none
 */
export function admits(name: string, isSampled: boolean | undefined): boolean {
	const { decide, isOff } = state
	if (decide === null && !isOff) return true
	const taken = !isOff && isSampled !== false && decide !== null && decide(name)
	count(name, taken)
	return taken
}

function count(name: string, taken: boolean): void {
	const { counts } = state
	const key = counts.has(name) || counts.size < maxNames ? name : '…'
	let counted = counts.get(key)
	if (counted === undefined) counts.set(key, (counted = { begun: 0, left: 0 }))
	counted.begun++
	if (!taken) counted.left++
}

/** The tasks that have begun by name, and those of them that were left out; forgets them. */
export function takeCounts(): Map<string, Readonly<TaskCounts>> {
	const { counts } = state
	state.counts = new Map()
	return counts
}
