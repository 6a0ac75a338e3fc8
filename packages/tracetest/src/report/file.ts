import { writeFileSync } from 'node:fs'
import type { Executor } from '../explore/execute.js'
import { passingNear } from '../explore/passing.js'
import { parseToken } from '../explore/token.js'
import { chromeTrace } from './chrome.js'
import { schedulePage } from './page.js'
import type { SearchReport } from './report.js'

/** Write the schedule of a report to a file, if it has one: as a page if the name ends with `.html`, else as a Chrome trace. */
export async function writeSchedule(path: string, { schedule, failure }: SearchReport, executor: Executor): Promise<void> {
	if (schedule === undefined) return
	if (!path.toLowerCase().endsWith('.html')) {
		writeFileSync(path, JSON.stringify(chromeTrace(schedule)))
		return
	}
	const passing = failure === undefined ? undefined : await passingNear(executor, schedule.name, parseToken(failure.token).deviations)
	writeFileSync(path, schedulePage({ schedule, passing, message: failure?.error.message }))
}
