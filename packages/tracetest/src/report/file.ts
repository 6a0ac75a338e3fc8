import { rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Executor } from '../explore/execute.js'
import { passingNear } from '../explore/passing.js'
import { parseToken } from '../explore/token.js'
import { chromeTrace } from './chrome.js'
import { schedulePage } from './page.js'
import type { SearchReport } from './report.js'

/**
 * Write the schedule of a report to a file, if it has one: as a page if the name ends with `.html`, else as a Chrome
 * trace. Of one that fails, the nearest schedule that passes is on the page too, or beside the trace: `a.passing.json`
 * beside `a.json`.
 */
export async function writeSchedule(
	path: string,
	{ schedule, failure }: SearchReport,
	executor: Executor,
): Promise<void> {
	if (schedule === undefined) return
	const message = failure?.error.message
	const passing =
		failure === undefined ? undefined : await passingNear(executor, schedule.name, parseToken(failure.token).deviations)
	if (path.toLowerCase().endsWith('.html')) return writeFileSync(path, schedulePage({ schedule, passing, message }))
	writeFileSync(path, JSON.stringify(chromeTrace(schedule, message?.split('\n\n')[0])))
	const beside = join(dirname(path), `${basename(path, extname(path))}.passing${extname(path)}`)
	// That of another failure would not belong to this one.
	if (passing === undefined) rmSync(beside, { force: true })
	else writeFileSync(beside, JSON.stringify(chromeTrace(passing)))
}
