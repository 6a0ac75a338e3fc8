import { pauseTasks } from '../admission/admit.js'
import { measureCost, takeCost } from '../admission/cost.js'
import { shared } from '../realm.js'
import { limitStates, stateOptions } from '../states/options.js'
import { repeatedly } from '../thread/ticker.js'
import { Budget, type FollowLevel } from './budget.js'

const keepPeriod = 1000

/** A budget that was asked for. */
interface KeptBudget {
	readonly budget: number
	readonly hasStates: boolean
}

/** Shared by all copies of the package. The last one that was asked for applies. */
const kept = shared('budgets', (): { all: KeptBudget[]; end: (() => void) | null } => ({ all: [], end: null }))

/**
 * Keep what following tasks costs below a share of the time in which this thread is busy: states are followed less
 * exactly, then not at all, then no tasks; and again when it has been cheap for a while. Each step is an event of the
 * trace. The budget of an earlier call applies again when this one has ended.
 *
 * @param budget from 0 to 1, or Infinity: whatever it costs
 * @param hasStates whether states are followed
 * @returns a function that ends it
 */
export function keepBudget(budget: number, hasStates: boolean): () => void {
	const own = { budget, hasStates }
	kept.all.push(own)
	keepLast()
	return () => {
		const at = kept.all.indexOf(own)
		if (at === -1) return
		kept.all.splice(at, 1)
		keepLast()
	}
}

/** The budget that applies; null if there is none. */
export function currentBudget(): number | null {
	const last = kept.all.at(-1)
	return last === undefined || last.budget === Number.POSITIVE_INFINITY ? null : last.budget
}

function keepLast(): void {
	kept.end?.()
	const last = kept.all.at(-1)
	kept.end = last === undefined || currentBudget() === null ? null : keep(last)
}

function keep({ budget, hasStates }: KeptBudget): () => void {
	const requested: FollowLevel = hasStates ? stateOptions().level : 'tasks'
	const keeper = new Budget(budget, requested)
	measureCost(true)
	// Hooks that are installed already are measured too.
	limitStates(null, '')
	let before = performance.eventLoopUtilization()
	let last = performance.now()
	const stop = repeatedly(() => {
		const now = performance.now()
		if (now - last < keepPeriod) return
		last = now
		const then = performance.eventLoopUtilization()
		const { active } = performance.eventLoopUtilization(then, before)
		before = then
		const why = keeper.second(takeCost(), active)
		if (why !== null) apply(keeper.level, why)
	})
	return () => {
		stop()
		measureCost(false)
		apply(requested, '')
	}
}

function apply(level: FollowLevel, why: string): void {
	pauseTasks(level === 'off')
	limitStates(level === 'exact' ? null : level === 'coarse' ? 'coarse' : 'off', why)
}

/** @throws TypeError */
export function checkBudget(budget: unknown): number {
	if (typeof budget === 'number' && budget > 0 && budget <= 1) return budget
	throw new TypeError(`must be a share of the time from 0 to 1, such as 0.05, not ${JSON.stringify(budget)}`)
}
