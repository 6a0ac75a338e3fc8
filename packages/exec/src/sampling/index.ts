// Loading this reports, in the trace, which tasks were left out and how exactly tasks are followed.

import { currentSampling, takeCounts } from '../admission/admit.js'
import { connectOnce } from '../realm.js'
import { stateOptions } from '../states/options.js'
import { repeatedly } from '../thread/ticker.js'
import { traceSampling, traceSampling_Event, traceTasksLeftOut, traceTasksLeftOut_Event } from './ztrace.js'

/**
 * From now on: `level` says how exactly the states of tasks are followed where something listens to them (`exact`, `coarse`, `tasks` for not at all, `off` if no task is recorded either), `tasks` which
 * tasks are recorded, and `why` what has changed it.
 */
//trace:event traceSampling(level: string, tasks: string, why: string)

/** Of `begun` tasks of this name in about the last second, `left` were left out by sampling. */
//trace:event traceTasksLeftOut(name: string, begun: number, left: number)

/** Milliseconds between two reports. */
const reportPeriod = 1000

connectOnce('sampling', [traceSampling_Event, traceTasksLeftOut_Event], () => {
	// Those of the time in which nothing listened.
	takeCounts()
	let reported = ''
	let last = performance.now()
	const reportSampling = (): void => {
		const { text, why, isOff } = currentSampling()
		const { limit, level, limitedBy } = stateOptions()
		const now = isOff ? 'off' : limit === 'off' ? 'tasks' : limit === 'coarse' ? 'coarse' : level
		const key = `${now} ${text}`
		if (key === reported) return
		traceSampling(now, text, reported === '' ? why : limitedBy === '' ? why : limitedBy)
		reported = key
	}
	const report = (): void => {
		last = performance.now()
		for (const [name, { begun, left }] of takeCounts()) if (left > 0) traceTasksLeftOut(name, begun, left)
	}
	const stop = repeatedly(() => {
		reportSampling()
		if (performance.now() - last >= reportPeriod) report()
	})
	process.prependListener('exit', report)
	return () => {
		process.removeListener('exit', report)
		stop()
		takeCounts()
	}
})
