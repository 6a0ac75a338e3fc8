import type { Executor } from '../explore/execute.js'
import { Search } from '../explore/explore.js'
import type { Bounds } from '../explore/progress.js'
import { sameFailure } from '../explore/samefailure.js'
import { scheduleOf } from '../explore/schedule.js'
import type { ExecutionLimits } from '../explore/settling.js'
import { type Shrunk, shrink } from '../explore/shrink.js'
import { fingerprintOf, tokenText } from '../explore/token.js'
import { originals } from '../platform/originals.js'
import { DeadlockError, explain } from '../world/errors.js'
import { codeFrame } from '../world/frame.js'
import { claimOf, exploredText } from './claim.js'
import { explanation, type SearchReport } from './report.js'
import { warningsOf } from './warnings.js'
import { Watch } from './watch.js'

/** Search for a schedule that fails, shrink it, and explain it. */
export async function find(executor: Executor, bounds: Bounds, command: string, show: boolean): Promise<SearchReport> {
	const { name } = executor.settings
	const start = originals.now()
	const watch = new Watch(name, bounds, show)
	const search: Search = new Search(executor, bounds, () => watch.ran(search))
	const found = await search.run().finally(() => watch.done())
	const { runs } = search.progress
	const report = { name, runs, ms: originals.now() - start, claim: claimOf(search.progress, bounds) }
	if (found === undefined)
		return {
			...report,
			warnings: warningsOf(search.progress, report.ms, bounds),
			failure: undefined,
			schedule: undefined,
		}
	const shrunk = await shrink(executor, found, bounds, search)
	return explained(executor, search, shrunk, report, command)
}

/** Execute a failing schedule once more, to see every step of it. */
async function explained(
	executor: Executor,
	search: Search,
	{ found, fewest }: Shrunk,
	report: Omit<SearchReport, 'failure' | 'schedule' | 'warnings'>,
	command: string,
): Promise<SearchReport> {
	const { deviations } = found
	const outcome = await executor.execute(deviations, { detail: true, hung: hungOf(found.failure) })
	const again = search.failureOf(outcome)
	const same = again !== undefined && sameFailure(again, found.failure)
	const error = same ? again : found.failure
	const replays = same && !found.passed
	const schedule = scheduleOf(report.name, outcome.steps, deviations)
	const token = tokenText({ name: report.name, deviations, fingerprint: fingerprintOf(outcome) })
	const failure = { token, fewest, replays }
	const frame = executor.settings.frame ? codeFrame(error) : undefined
	const text = { ...report, explored: exploredText(report.claim, search.progress), schedule }
	explain(error, [frame, explanation(text, { ...failure, passed: found.passed }, command, executor.settings.verbose)])
	return { ...report, warnings: [], schedule, failure: { error, ...failure } }
}

function hungOf(failure: unknown): ExecutionLimits['hung'] {
	if (!(failure instanceof DeadlockError)) return undefined
	return failure.proved ? 'proved' : 'unproved'
}
