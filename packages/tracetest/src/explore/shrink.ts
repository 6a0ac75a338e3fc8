import { originals } from '../platform/originals.js'
import { DeadlockError } from '../world/errors.js'
import type { Executor } from './execute.js'
import { type Found, Search } from './explore.js'
import type { Bounds } from './progress.js'
import { sameFailure } from './samefailure.js'
import { type Deviation, delaysOf, injectionsOf, isDelay, isHold, isUndisturbed, orderOf } from './schedule.js'

/** The shrunk schedule. */
export interface Shrunk {
	readonly found: Found
	/** Whether no schedule of its kind with fewer deviations fails in this way: all of them were executed. */
	readonly fewest: boolean
}

/** How much shrinking may cost. */
const max = { runs: 2000, ms: 2000 } as const

/**
 * Find a schedule that fails in the same way with fewer deviations: leave out halves, quarters, single ones; then delay
 * less; and if more than one deviation is left, search those with fewer.
 */
export async function shrink(executor: Executor, found: Found, bounds: Bounds, before: Search): Promise<Shrunk> {
	const start = originals.now()
	// What the schedule does not decide is not in fewer deviations either.
	if (found.passed) return { found, fewest: false }
	// Each attempt would wait for the dead time.
	if (found.failure instanceof DeadlockError && !found.failure.proved)
		return { found, fewest: delaysOf(found.deviations) + injectionsOf(found.deviations) === 0 }
	let best = found
	let runs = 0
	const spent = (): boolean => runs >= max.runs || originals.now() - start >= max.ms
	const attempt = async (deviations: readonly Deviation[]): Promise<boolean> => {
		runs++
		const outcome = await executor.execute(deviations)
		const failure = before.failureOf(outcome)
		if (failure === undefined || outcome.marks.length !== deviations.length || !sameFailure(failure, found.failure))
			return false
		best = { deviations, failure, outcome, passed: false }
		return true
	}

	// The order that they depart from does not count as a deviation. What fails without any is shown best by the default
	// schedule, which has all events in it.
	const order = orderOf(found.deviations)
	const undisturbed = isUndisturbed(found.deviations)
	if (undisturbed && !(found.failure instanceof DeadlockError)) return { found, fewest: before.controlled }
	if (order !== undefined && (await attempt([]))) return { found: best, fewest: before.controlled }
	if (undisturbed) return { found, fewest: before.controlled }
	const head = order === undefined ? 0 : 1
	for (let size = Math.max(1, (best.deviations.length - head) >> 1); size >= 1 && !spent(); size >>= 1) {
		for (let at = best.deviations.length - size; at >= head && !spent(); at -= size)
			await attempt(best.deviations.toSpliced(at, size))
		// Once more with single ones, for as long as that helps.
		if (size === 1 && best !== found) {
			const before = best.deviations.length
			for (let at = before - 1; at >= head && !spent(); at--) await attempt(best.deviations.toSpliced(at, 1))
			if (best.deviations.length < before) size = 2
		}
	}
	for (let at = 0; at < best.deviations.length && !spent(); at++) {
		const deviation = best.deviations[at]!
		if (
			isDelay(deviation) &&
			deviation.by > 1 &&
			(await attempt(best.deviations.with(at, { ...deviation, by: deviation.by - 1 })))
		)
			at--
		// The longest needs the fewest words to describe.
		if (isHold(deviation) && deviation.until !== 'quiet')
			await attempt(best.deviations.with(at, { ...deviation, until: 'quiet', after: 0 }))
	}

	const cost = delaysOf(best.deviations) + injectionsOf(best.deviations)
	const departed = order === undefined || before.departed(cost - 1)
	if (cost <= 1 || before.completed(cost - 1)) return { found: best, fewest: before.controlled && departed }
	const total = cost - 1
	const within = { ...bounds, delays: total, actions: Math.min(bounds.actions, total), total, samples: 0, ...max }
	const search = new Search(executor, within, undefined, failure => sameFailure(failure, found.failure))
	const smaller = await search.run()
	return {
		found: smaller ?? best,
		fewest: before.controlled && search.controlled && departed && search.progress.cut === undefined,
	}
}
