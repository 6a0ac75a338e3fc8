import type { TraceEvent } from '@tsgotrace/runtime'

/**
 * What an execution has met of that which a search decides about. Most executions meet no action and no ordinary event:
 * collections are made on first use.
 */
export interface Met {
	/** Tasks that were started by `t.go`. */
	starts: number
	/** Pausable events, and awaits of the plugin. */
	points: number
	/** Steps of virtual time. */
	times: number
	/** The names of actions that have happened. */
	acted: Set<string> | undefined
	/** Events that cannot pause, with the names of the tasks that signalled them. */
	ordinary: Map<TraceEvent, Set<string>> | undefined
}

export function metNothing(): Met {
	return { starts: 0, points: 0, times: 0, acted: undefined, ordinary: undefined }
}

/** Add what another execution has met, to the most that any has. */
export function meets(all: Met, { starts, points, times, acted, ordinary }: Met): void {
	all.starts = Math.max(all.starts, starts)
	all.points = Math.max(all.points, points)
	all.times = Math.max(all.times, times)
	if (acted !== undefined) all.acted = all.acted === undefined ? acted : new Set([...all.acted, ...acted])
	if (ordinary === undefined) return
	all.ordinary ??= new Map()
	for (const [event, tasks] of ordinary) {
		const known = all.ordinary.get(event)
		if (known === undefined) all.ordinary.set(event, tasks)
		else for (const task of tasks) known.add(task)
	}
}
