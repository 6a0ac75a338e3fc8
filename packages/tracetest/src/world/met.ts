import type { TraceEvent } from '@tsgotrace/runtime'

/** What an execution has met of that which a search decides about. */
export interface Met {
	/** Tasks that were started by `t.go`. */
	starts: number
	/** Pausable events, and awaits of the plugin. */
	points: number
	/** Steps of virtual time. */
	times: number
	/** The names of actions that have happened. */
	readonly acted: Set<string>
	/** Events that cannot pause, with the names of the tasks that signalled them. */
	readonly ordinary: Map<TraceEvent, Set<string>>
}

export function metNothing(): Met {
	return { starts: 0, points: 0, times: 0, acted: new Set(), ordinary: new Map() }
}

/** Add what another execution has met, to the most that any has. */
export function meets(all: Met, { starts, points, times, acted, ordinary }: Met): void {
	all.starts = Math.max(all.starts, starts)
	all.points = Math.max(all.points, points)
	all.times = Math.max(all.times, times)
	for (const name of acted) all.acted.add(name)
	for (const [event, tasks] of ordinary) {
		const known = all.ordinary.get(event)
		if (known === undefined) all.ordinary.set(event, tasks)
		else for (const task of tasks) known.add(task)
	}
}
