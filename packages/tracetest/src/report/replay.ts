import { plain } from '../explore/deviate.js'
import type { Executor, Outcome } from '../explore/execute.js'
import { streamsDiffer } from '../explore/explore.js'
import { isUndisturbed, scheduleOf } from '../explore/schedule.js'
import { divergence, type Token, tokenText } from '../explore/token.js'
import { originals } from '../platform/originals.js'
import { explain } from '../world/errors.js'
import { codeFrame } from '../world/frame.js'
import { type SearchReport, scheduleText } from './report.js'

/**
 * Execute the schedule of a token. Another execution than the one that the token was made of is a failure, whatever
 * else it is.
 */
export async function replay(executor: Executor, token: Token): Promise<SearchReport> {
	const { name, frame } = executor.settings
	const start = originals.now()
	// It has no choice point that could distinguish it from another one.
	const isPlain = isUndisturbed(token.deviations)
	const execute = async (): Promise<{ outcome: Outcome; other: number | undefined; passed: boolean }> => {
		const outcome = await executor.execute(token.deviations, { detail: true })
		return {
			outcome,
			other: isPlain ? undefined : divergence(token, outcome),
			passed: isPlain && outcome.failure === undefined,
		}
	}
	let runs = 1
	let { outcome, other, passed } = await execute()
	if (other !== undefined || passed) {
		// In the search others came before it, and may have left state in modules, such as what is loaded or asked for
		// once.
		const warm = await execute()
		runs++
		if (warm.other === undefined && !warm.passed) ({ outcome, other, passed } = warm)
	}
	const schedule = scheduleOf(name, outcome.steps, token.deviations)
	const claim = passed
		? 'the undisturbed execution passed'
		: other === undefined
			? 'replayed the schedule of the token'
			: 'diverged from the schedule of the token'
	const report = { name, runs, ms: originals.now() - start, claim, warnings: [], schedule }
	// That streams differ between schedules is seen by comparing two executions.
	const failure =
		outcome.failure ??
		(other === undefined ? streamsDiffer((await executor.execute(plain)).shape, outcome.shape) : undefined)
	if (other === undefined && failure === undefined) return { ...report, failure: undefined }

	const error = failure ?? new Error('the replay diverged')
	const verdict =
		other === undefined
			? `replayed: the schedule of the token${runs > 1 ? ', by the second execution: the first leaves state in a module that changes the next ones' : ''}`
			: `diverged at decision ${other}: there the body does not do what it did when the token was made; this is another schedule, and says nothing about that one
hint: has the code changed since, or does it depend on time, randomness or the network?`
	explain(error, [frame ? codeFrame(error) : undefined, verdict, scheduleText(schedule, executor.settings.verbose)])
	return { ...report, failure: { error, token: tokenText(token), fewest: false, replays: other === undefined } }
}
