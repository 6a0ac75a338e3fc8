import { claimOf } from './claim.js'
import { explain } from './errors.js'
import type { Executor } from './execute.js'
import { type Bounds, type Found, Search } from './explore.js'
import { codeFrame } from './frame.js'
import { originals } from './originals.js'
import { explanation, type Report } from './report.js'
import { scheduleOf } from './schedule.js'
import { shrink } from './shrink.js'
import { fingerprintOf, tokenText } from './token.js'
import { Watch } from './watch.js'

/** Search for a schedule that fails, shrink it, and explain it. */
export async function find(executor: Executor, bounds: Bounds, command: string, show: boolean): Promise<Report> {
	const { name } = executor.settings
	const start = originals.now()
	const watch = new Watch(name, bounds, show)
	const search: Search = new Search(executor, bounds, () => watch.ran(search))
	const found = await search.run().finally(() => watch.done())
	const { runs } = search.progress
	const report = { name, runs, ms: originals.now() - start, claim: claimOf(search.progress, bounds) }
	if (found === undefined) return { ...report, failure: undefined, schedule: undefined }
	const shrunk = await shrink(executor, found, bounds, total => search.completed(total))
	return explained(executor, shrunk.found, shrunk.fewest, report, command)
}

/** Execute a failing schedule once more, to see every step of it. */
async function explained(
	executor: Executor,
	found: Found,
	fewest: boolean,
	report: Omit<Report, 'failure' | 'schedule'>,
	command: string,
): Promise<Report> {
	const { deviations } = found
	const outcome = await executor.execute(deviations, { detail: true })
	// That streams differ is seen by comparing two executions.
	const replays = outcome.failure !== undefined || found.outcome.failure === undefined
	const error = outcome.failure ?? found.failure
	const schedule = scheduleOf(report.name, outcome.steps, deviations)
	const token = tokenText({ name: report.name, deviations, fingerprint: fingerprintOf(outcome.hashes) })
	const failure = { token, fewest, replays }
	const frame = executor.settings.frame ? codeFrame(error.stack) : undefined
	explain(error, [frame, explanation({ ...report, schedule }, failure, command)])
	return { ...report, schedule, failure: { error, ...failure } }
}
