// Loading this lets the control socket of @tsgotrace/live, which does not import this package, look at tasks and set
// how they are sampled.
import { currentRule, currentSampling, setSampling } from '../admission/admit.js'
import { shared } from '../realm.js'
import { checkBudget, currentBudget, keepBudget } from '../sampling/keep.js'
import { whyNoStates } from '../states/support.js'
import { beginSiteOf } from '../tasks/beginsite.js'
import { isTracing } from '../tasks/storage.js'
import { liveTasks, watching } from '../tasks/task.js'
import type { Remote, RemoteChanges, RemoteSettings, RemoteTask, RemoteTasks } from './types.js'

export const remote: Remote = { set, settings, tasks, whyNoStates: () => whyNoStates() }

shared('remote', () => remote)

function set({ sampleTasks, budget, states = watching.by !== null }: RemoteChanges): () => void {
	// Nothing is changed by what is half wrong.
	if (budget !== undefined && budget !== null) check(budget)
	const ends: (() => void)[] = []
	if (sampleTasks !== undefined) {
		const before = currentRule()
		setSampling(sampleTasks, why)
		ends.push(() => {
			// It may have been changed by others meanwhile.
			if (currentRule() === sampleTasks) setSampling(before, why)
		})
	}
	if (budget !== undefined) ends.push(keepBudget(budget ?? Number.POSITIVE_INFINITY, states))
	return () => {
		for (const end of ends) end()
	}
}

/** As the trace says it. */
const why = 'set by a client'

function check(budget: unknown): void {
	try {
		checkBudget(budget)
	} catch (error) {
		throw new TypeError(`budget: ${(error as Error).message}`)
	}
}

function settings(): RemoteSettings {
	return { sampleTasks: currentSampling().text, budget: currentBudget() }
}

function tasks(): RemoteTasks {
	const now = performance.now()
	const hasStates = watching.by !== null
	const all = liveTasks().map(
		(task): RemoteTask => ({
			id: task.id,
			name: task.name,
			kind: task.kind,
			parent: task.parent?.id ?? 0,
			ms: now - task.began,
			waitingMs: hasStates ? now - task.stopped : null,
			site: watching.by?.waitsAt?.(task) ?? null,
			begun: beginSiteOf(task),
		}),
	)
	return { isFollowing: isTracing(), hasStates, tasks: all }
}
