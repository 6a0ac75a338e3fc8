import type { TraceEvent } from '@tsgotrace/runtime'
import { Executor } from './explore/execute.js'
import { parseToken, slug, type Token } from './explore/token.js'
import { census } from './platform/census.js'
import { mustBeFunction } from './platform/check.js'
import { writeSchedule } from './report/file.js'
import { find } from './report/find.js'
import { replay } from './report/replay.js'
import type { SearchReport } from './report/report.js'
import { boundsOf, checkVerifyNames, injectOf, limitsOf, type VerifyOptions } from './verify-options.js'
import { hide, keep } from './world/errors.js'
import { here } from './world/here.js'
import { settingsOf } from './world/options.js'
import { watchRejections } from './world/rejections.js'
import type { Body } from './world/run.js'

/**
 * Execute the body of a test under one schedule after the other, until one fails, all within the bounds were executed,
 * or the budget is spent.
 *
 * The body is executed many times: it must make all its state itself. Pausable events, the starts of tasks made by
 * `t.go`, and in virtual time timers are what schedules order; actions made by `t.action` are injected at events.
 *
 * @returns what was explored
 * @throws how the first failing schedule failed, with the schedule, shrunk, and with a token to replay it; as `report`
 * of the error, the same as data; with the option `strict` also if none failed and the report has warnings
 * @example
 * import { strictEqual } from 'node:assert'
 * import { verify } from '@tsgotrace/tracetest'
 * import { traceQuery } from './ztrace.js'
 *
 * //trace:event async traceQuery()
 * let n = 0
 * async function increment(): Promise<void> {
 * 	if (traceQuery) await traceQuery()
 * 	n = n + 1
 * }
 *
 * const report = await verify(async t => {
 * 	n = 0
 * 	await t.all(t.go('A', increment), t.go('B', increment))
 * 	strictEqual(n, 2)
 * })
 * console.log(report.claim)
 */
export async function verify(body: Body, options: VerifyOptions = {}): Promise<SearchReport> {
	const report = await explore(body, options)
	const error = report.failure?.error ?? shallow(report, options)
	if (error === undefined) return report
	hide(error, { report })
	throw error
}

/** What is wrong with a search in which nothing failed, where that is asked for. */
function shallow(
	{ warnings, claim }: SearchReport,
	{ strict = Boolean(process.env.TRACETEST_STRICT) }: VerifyOptions,
): Error | undefined {
	if (!strict || warnings.length === 0) return undefined
	return new Error(
		`nothing failed, and too little was explored (option "strict"):\n  ${warnings.join('\n  ')}\n\nexplored: ${claim}`,
	)
}

/**
 * As {@link verify}, but a failure is part of the report and is not thrown. Warnings are part of it, too, whatever the
 * option `strict` says.
 *
 * @returns what was explored, and how the first failing schedule failed
 * @throws {RangeError} if an option is invalid
 * @throws if it is called in the body of another search
 * @example
 * import { strictEqual } from 'node:assert'
 * import { explore } from '@tsgotrace/tracetest'
 * import { traceRead } from './ztrace.js'
 *
 * //trace:event async traceRead()
 * const { failure, runs } = await explore(async t => {
 * 	let n = 0
 * 	const increment = async (): Promise<void> => {
 * 		const read = n
 * 		if (traceRead) await traceRead()
 * 		n = read + 1
 * 	}
 * 	await t.all(t.go('A', increment), t.go('B', increment))
 * 	strictEqual(n, 2)
 * })
 * console.log(`${failure?.error.name} in ${runs} schedules; TRACETEST=${failure?.token} replays it`)
 */
export async function explore(body: Body, options: VerifyOptions = {}): Promise<SearchReport> {
	mustBeFunction('verify', body)
	checkVerifyNames(options)
	const outer = here()?.world
	if (outer?.controller !== undefined)
		throw new Error(
			'verify must not be called in the body of another search: searches run one at a time, so this one would wait forever',
		)
	// One at a time: while a schedule is executed, nothing else should run.
	const before = running
	let finished!: () => void
	running = new Promise(resolve => {
		finished = resolve
	})
	// For a test that this one is called in, which waits.
	const leave = census.enter('verify')
	try {
		await before
		const report = await exploreNow(body, options)
		if (outer !== undefined && report.failure !== undefined) keep(report.failure.error)
		return report
	} finally {
		leave()
		finished()
	}
}

let running: Promise<void> = Promise.resolve()

async function exploreNow(body: Body, options: VerifyOptions): Promise<SearchReport> {
	const settings = settingsOf(options)
	const bounds = boundsOf(options)
	const limits = limitsOf(options, settings)
	const token = tokenFor(settings.name, options)
	const executor = new Executor(body, settings, limits, filterOf(options.points), {
		microtasks: bounds.microtasks,
		everywhere: injectOf(options) === 'everywhere',
	})
	census.rest()
	const unwatch = watchRejections()
	try {
		const command = options.command ?? `node ${process.argv.slice(1).join(' ')}`
		const report =
			token === undefined
				? await find(executor, bounds, command, options.progress ?? true)
				: await replay(executor, token)
		const trace = options.trace ?? process.env.TRACETEST_TRACE
		if (trace !== undefined && trace !== '') await writeSchedule(trace, report, executor)
		return report
	} finally {
		unwatch()
		await executor.done()
	}
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
