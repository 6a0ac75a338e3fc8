import { writeFileSync } from 'node:fs'
import type { TraceEvent } from '@tsgotrace/runtime'
import { chromeTrace } from './chrome.js'
import { claimOf } from './claim.js'
import { hide, place } from './errors.js'
import { Executor } from './execute.js'
import { type Bounds, type Found, Search } from './explore.js'
import { settingsOf } from './options.js'
import { originals } from './originals.js'
import { explanation, type Failure, type Report, timeline } from './report.js'
import type { Body } from './run.js'
import { delaysOf, injectionsOf, type Schedule } from './schedule.js'
import { shrink } from './shrink.js'
import { divergence, fingerprintOf, parseToken, slug, type Token, tokenText } from './token.js'
import { boundsOf, type VerifyOptions } from './verify-options.js'
import { Watch } from './watch.js'

/**
 * Execute the body of a test under one schedule after the other, until one fails, all within the bounds were executed, or the budget is spent.
 *
 * The body is executed many times: it must make all its state itself. Pausable events, the starts of tasks made by `t.go`, and in virtual time
 * timers are what schedules order; actions made by `t.action` are injected at events.
 *
 * @returns what was explored
 * @throws how the first failing schedule failed, with the schedule, shrunk, and with a token to replay it; as `report` of the error, the same as data
 */
export async function verify(body: Body, options: VerifyOptions = {}): Promise<Report> {
	const report = await explore(body, options)
	if (report.failure === undefined) return report
	hide(report.failure.error, { report })
	throw report.failure.error
}

/** As {@link verify}, but a failure is part of the report and is not thrown. */
export async function explore(body: Body, options: VerifyOptions = {}): Promise<Report> {
	// One at a time: while a schedule is executed, nothing else should run.
	const before = running
	let finished!: () => void
	running = new Promise(resolve => {
		finished = resolve
	})
	await before
	try {
		return await exploreNow(body, options)
	} finally {
		finished()
	}
}

let running: Promise<void> = Promise.resolve()

async function exploreNow(body: Body, options: VerifyOptions): Promise<Report> {
	const settings = settingsOf(options)
	const bounds = boundsOf(options)
	const limits = { steps: options.steps ?? 10_000, settle: options.settle ?? 250, deadTime: settings.deadTime }
	const token = tokenFor(settings.name, options)
	const executor = new Executor(body, settings, limits, filterOf(options.points))
	try {
		const report =
			token === undefined ? await search(executor, bounds, settings.name, options) : await replay(executor, token, settings.name, options)
		const trace = options.trace ?? process.env.TRACETEST_TRACE
		if (trace !== undefined && trace !== '' && report.schedule !== undefined)
			writeFileSync(trace, JSON.stringify(chromeTrace(report.schedule)))
		return report
	} finally {
		executor.done()
	}
}

async function search(executor: Executor, bounds: Bounds, name: string, options: VerifyOptions): Promise<Report> {
	const start = originals.now()
	const watch = new Watch(name, bounds, options.progress ?? true)
	const searching: Search = new Search(executor, bounds, () => {
		watch.ran(searching)
		return true
	})
	const found = await searching.run().finally(() => watch.done())
	const { progress } = searching
	const report = { name, runs: progress.runs, ms: originals.now() - start, claim: claimOf(progress, bounds), progress }
	if (found === undefined) return { ...report, failure: undefined, schedule: undefined }
	const least = (deviations: number): boolean =>
		[...Array(deviations + 1).keys()].every(d =>
			progress.complete.some(level => level.delays === d && level.actions === (progress.hasActions ? deviations - d : 0)),
		)
	const shrunk = await shrink(executor, found, bounds, least)
	return detailed(executor, shrunk.found, shrunk.fewest, report, commandOf(options))
}

/** Execute a failing schedule once more, to see every step of it. */
async function detailed(
	executor: Executor,
	found: Found,
	fewest: boolean,
	report: Omit<Report, 'failure' | 'schedule'>,
	command: string,
): Promise<Report> {
	const { deviations } = found
	const outcome = await executor.execute(deviations, { detail: true })
	const replays = outcome.failure !== undefined || found.outcome.failure === undefined
	const error = outcome.failure ?? found.failure
	const schedule: Schedule = { name: report.name, steps: outcome.steps, delays: delaysOf(deviations), actions: injectionsOf(deviations) }
	const token = tokenText({ name: report.name, deviations, fingerprint: fingerprintOf(outcome.hashes) })
	const failure = { token, fewest, replays }
	place(error, `${error.message}\n\n${explanation({ ...report, schedule }, failure, command)}`, undefined)
	return { ...report, schedule, failure: { error, ...failure } }
}

/** Execute the schedule of a token. Another execution than the one that the token was made of is a failure, whatever else it is. */
async function replay(executor: Executor, token: Token, name: string, options: VerifyOptions): Promise<Report> {
	const start = originals.now()
	const { deviations } = token
	const outcome = await executor.execute(deviations, { detail: true })
	const schedule: Schedule = { name, steps: outcome.steps, delays: delaysOf(deviations), actions: injectionsOf(deviations) }
	const ms = originals.now() - start
	const other = divergence(token, outcome.hashes)
	const progress = new Search(executor, boundsOf(options)).progress
	const report = { name, runs: 1, ms, claim: 'replayed 1 schedule', progress, schedule }
	if (other === undefined && outcome.failure === undefined) return { ...report, failure: undefined }
	const error = outcome.failure ?? new Error('the replay diverged')
	const lines = [
		...(outcome.failure === undefined ? [] : [error.message, '']),
		...(other === undefined
			? ['replayed: the schedule of the token']
			: [
					`diverged at decision ${other}: the body does not do there what it did when the token was made, so this is another schedule and proves nothing about that one`,
					'hint: has the code changed, or does it depend on time, randomness or the network?',
				]),
		'',
		'schedule, one line for each turn of a task:',
		timeline(schedule),
	]
	place(error, lines.join('\n'), undefined)
	const failure: Failure = { error, token: tokenText(token), fewest: false, replays: other === undefined }
	return { ...report, failure }
}

/** The environment names one test: others go on as usual. */
function tokenFor(name: string, { token }: VerifyOptions): Token | undefined {
	if (token !== undefined) return parseToken(token)
	const text = process.env.TRACETEST
	if (text === undefined || text === '') return undefined
	const parsed = parseToken(text)
	return parsed.name === slug(name) ? parsed : undefined
}

function filterOf(points: VerifyOptions['points']): (event: TraceEvent) => boolean {
	if (points === undefined) return () => true
	if (typeof points === 'function') return points
	const ids = new Set(points.map(({ id }) => id))
	return ({ id }) => ids.has(id)
}

function commandOf({ command }: VerifyOptions): string {
	return command ?? `node ${process.argv.slice(1).join(' ')}`
}
