import type { Executor } from './execute.js'
import { type Deviation, type Schedule, scheduleOf } from './schedule.js'

/** How many schedules are executed to find one that passes. */
const maxCandidates = 20

/**
 * The schedule nearest to a failing one that passes: with one of its deviations less, or with none.
 *
 * @returns undefined if none of these passes
 */
export async function passingNear(
	executor: Executor,
	name: string,
	deviations: readonly Deviation[],
): Promise<Schedule | undefined> {
	const order = deviations.filter(({ kind }) => kind === 'order')
	const others = deviations.filter(({ kind }) => kind !== 'order')
	const fewer = others.map(one => [...order, ...others.filter(other => other !== one)]).reverse()
	for (const candidate of [...fewer.slice(0, maxCandidates), ...(others.length > 1 ? [order] : [])]) {
		const { failure, steps } = await executor.execute(candidate, { detail: true })
		if (failure === undefined) return scheduleOf(name, steps, candidate)
	}
	return undefined
}
