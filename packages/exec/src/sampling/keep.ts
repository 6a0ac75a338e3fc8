import { pauseTasks } from '../admission/admit.js'
import { measureCost, takeCost } from '../admission/cost.js'
import { shared } from '../realm.js'
import { limitStates, stateOptions } from '../states/options.js'
import { repeatedly, rounded } from '../thread/ticker.js'
import { Budget, type FollowLevel } from './budget.js'
import { traceFollowCost } from './ztrace.js'

/**
 * While there is a budget, about once a second: since the last time, following tasks took `ms` of the `busy`
 * milliseconds in which the thread was busy, as measured at some calls of hooks. What it took to record their events is
 * included.
 */
//trace:event traceFollowCost(ms: number, busy: number)

const keepPeriod = 1000

/** A budget that was asked for. */
interface KeptBudget {
	readonly budget: number
	readonly hasStates: boolean
}

/** Shared by all copies of the package. The last one that was asked for applies. */
const kept = shared('budgets', (): { all: KeptBudget[]; end: (() => void) | null; report: (() => void) | null } => ({
	all: [],
	end: null,
	report: null,
}))

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

/** Report what following tasks has cost since the last report, if that is measured. */
export function reportFollowCost(): void {
	kept.report?.()
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
	const take = (): { readonly cost: number; readonly busy: number } => {
		const then = performance.eventLoopUtilization()
		const { active: busy } = performance.eventLoopUtilization(then, before)
		before = then
		const cost = takeCost()
		traceFollowCost(rounded(cost, 0.001), rounded(busy, 0.001))
		return { cost, busy }
	}
	const stop = repeatedly(() => {
		const now = performance.now()
		if (now - last < keepPeriod) return
		last = now
		const { cost, busy } = take()
		const why = keeper.second(cost, busy)
		if (why !== null) apply(keeper.level, why)
	})
	// Before the recorder's listener, which writes its last packet.
	process.prependListener('exit', take)
	kept.report = take
	return () => {
		kept.report = null
		process.removeListener('exit', take)
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
