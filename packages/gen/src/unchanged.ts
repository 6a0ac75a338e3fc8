import { type Clean, loadState, statePath } from './state.js'
import { buildOf } from './version.js'

/**
 * The result of the last run, if everything was current then and nothing that it depended on has changed since: no
 * source, no generated file, no directory, no configuration. Null if that is not certain. Loads nothing of the
 * generator, because loading takes longer than the check.
 */
export function unchanged(cwd: string, roots: readonly string[]): Clean | null {
	const path = statePath(cwd, roots)
	const state = path === null ? null : loadState(path, buildOf(), roots)
	return state === null || state.clean === null || state.differs() ? null : state.clean
}
