// What @tsgotrace/exec lets us do, if the process has it: in whichever copy, and without an import of it.
import type { TaskSettings, TasksAnswer } from '../protocol/messages.js'
import { RequestError } from '../protocol/problem.js'

/** What the copies of @tsgotrace/exec share: see `packages/exec/src/remote`. Only fields are ever added to it. */
interface Remote {
	/**
	 * Change how tasks are sampled, from the next one on.
	 * @returns a function that undoes it
	 * @throws TypeError, RangeError
	 */
	readonly set?: (changes: { sampleTasks?: unknown; budget?: unknown; states?: boolean }) => () => void
	readonly settings?: () => TaskSettings
	readonly tasks?: () => TasksAnswer
	/** Why the states of tasks cannot be followed in this Node; null if they can. */
	readonly whyNoStates?: () => string | null
}

const key = Symbol.for('tsgotrace.exec/1')

export function hasExec(): boolean {
	return key in globalThis
}

/** Null where they can be, and where that is unknown. */
export function whyNoStates(): string | null {
	return (globalThis as { [key]?: { readonly remote?: Remote } })[key]?.remote?.whyNoStates?.() ?? null
}

/** @throws if the process has no such package, or one that is too old */
export function execRemote(): Required<Pick<Remote, 'set' | 'settings' | 'tasks'>> {
	const shared = (globalThis as { [key]?: { readonly remote?: Remote } })[key]
	if (shared === undefined)
		throw new RequestError('no tasks', 'the process does not use @tsgotrace/exec: there are no tasks')
	const { set, settings, tasks } = shared.remote ?? {}
	if (set === undefined || settings === undefined || tasks === undefined)
		throw new RequestError('no tasks', 'the process uses an older version of @tsgotrace/exec, without this')
	return { set, settings, tasks }
}
