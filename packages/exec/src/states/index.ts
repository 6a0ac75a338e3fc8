// Loading this follows the states of tasks, while a probe is attached to one of their events.
import { connectProducer, type TraceEvent } from '@tsgotrace/runtime'
import { jobHooks } from '../jobhooks.js'
import { autoLevel, levelVariable } from '../level.js'
import { shared } from '../realm.js'
import { useTasks } from '../tasks/scope.js'
import { install } from './hooks.js'
import { onStateOptions, stateOptions } from './options.js'
import { whyNoStates } from './support.js'
import { traceRunDone_Event, traceWaitDone_Event, traceWaitSite_Event, traceWake_Event } from './ztrace.js'

/** Shared by all copies of the package: what is attached, and the function that removes the installed hooks. */
const followed = shared(
	'states',
	(): { states: number; wakes: number; sites: number; hasWarned: boolean; remove: (() => void) | null } => ({
		states: 0,
		wakes: 0,
		sites: 0,
		hasWarned: false,
		remove: null,
	}),
)

/** Install the hooks that are needed now. */
function adjust(): void {
	followed.remove?.()
	followed.remove = null
	if (followed.states + followed.wakes + followed.sites === 0) return
	const reason = whyNoStates()
	if (reason !== null) return warn(reason)
	const { level, sites, limit } = stateOptions()
	if (limit === 'off') return
	followed.remove = install({
		exact: level === 'exact' && limit === null,
		wakes: followed.wakes > 0 && limit === null,
		sites: followed.sites > 0 ? sites : 0,
	})
	jobHooks.again?.()
}

function warn(reason: string): void {
	if (followed.hasWarned || process.env[levelVariable] === autoLevel) return
	followed.hasWarned = true
	if (process.env[levelVariable] !== undefined) {
		// Only once, although every worker and child process that is recorded comes here.
		if (!process.getBuiltinModule('node:worker_threads').isMainThread || process.env[warnedVariable] !== undefined)
			return
		process.env[warnedVariable] = '1'
	}
	process.emitWarning(reason, { type: 'TraceWarning', code: 'TSGOTRACE_STATES' })
}

/** In the environment, which child processes inherit. */
const warnedVariable = 'TSGOTRACE_STATES_WARNED'

function connect(what: 'states' | 'wakes' | 'sites', events: readonly TraceEvent[]): void {
	connectProducer(events, () => {
		const end = useTasks()
		followed[what]++
		onStateOptions(adjust)
		adjust()
		return () => {
			followed[what]--
			adjust()
			end()
		}
	})
}

connect('states', [traceRunDone_Event, traceWaitDone_Event])
connect('wakes', [traceWake_Event])
connect('sites', [traceWaitSite_Event])
