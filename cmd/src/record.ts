import { readdirSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, extname, join as joinPaths, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execEnvironment, namesExec } from '@tsgotrace/exec/launch'
import { environment, hint, join, type PartReport, Parts, type ThreadParts } from '@tsgotrace/record/launch'
import { shellWord } from '@tsgotrace/trace/shell'
import { CommandError, UsageError } from './exit.js'
import { plural } from './format.js'
import { Live } from './liveline.js'
import { type Ending, endAs, runProgram } from './program.js'
import { killedText, leftOutText, lostText, nothingText, recordedText } from './recordend.js'
import { execLevel, execOptions, preloadOptions, type RecordFlags } from './recordflags.js'
import { withFormat, writeAs } from './recordformat.js'
import type { RecordingPage } from './view/recording.js'
import { watching, watchWidth, whileWatched } from './watch/index.js'

/**
 * How long to wait for processes that outlive the program. They check about once a second whether the recording is
 * over.
 */
const maxWait = 3000

/** `tsgotrace record`. It ends as the program does. */
export async function recordCommand(command: readonly string[], asGiven: RecordFlags): Promise<void> {
	const flags = withFormat(asGiven)
	const output = resolve(flags.output)
	checkUse(command, flags.output)
	const base = joinPaths(dirname(output), basename(output).replace(/(\.perfetto-trace)?(\.gz)?$/, ''))
	const options = preloadOptions(flags, `${base.replaceAll('%', '%%')}.dump-%p-%t-%n.perfetto-trace`)
	const execution = execOptions(flags)
	const width = watchWidth(flags)
	if (flags.open === true && (flags.ring !== undefined || flags.last !== undefined))
		throw new UsageError(
			'--open shows what is written while the program runs, and a ring is written at its end: they cannot be combined',
		)
	let parts: Parts
	try {
		// Beside the trace: on the same file system, and easy to find if we are killed. Watchers that restart programs,
		// such as nodemon, ignore names that start with a dot.
		parts = new Parts(joinPaths(dirname(base), `.${basename(base)}.parts-`))
	} catch (error) {
		throw new CommandError(3, `cannot record to '${flags.output}', so the program was not started: ${explained(error)}`)
	}
	const began = Date.now()
	const watched = width === null ? null : await watching(parts.path, width)
	const page = await pageOf(flags, parts.path, output)
	const live = flags.quiet || watched !== null ? null : new Live(() => parts.reports())
	const environmentOfRecorder = environment({ ...options, report: parts.path })
	// Who asks for events of the execution by name has them too.
	const isNeeded = namesExec(options.events as readonly string[] | undefined)
	const added = isNeeded
		? execEnvironment(environmentOfRecorder, execLevel(flags.exec), execution)
		: environmentOfRecorder
	const ending = await whileWatched(watched, runProgram(command, { ...process.env, ...added }, parts.path))
	const ms = Date.now() - began
	live?.end()
	await page?.stop()
	if ('error' in ending) {
		await page?.end(undefined)
		parts.remove()
		warn(couldNotStart(command[0]!, ending.error))
	} else {
		const before = timeOf(output)
		const failed = await finish(parts, flags, command, output, ms, ending)
		await page?.end(timeOf(output) === before || flags.format !== undefined ? undefined : output)
		if ((flags.ring ?? flags.last) !== undefined && !flags.quiet) tellDumps(base, began)
		if (failed && 'code' in ending && ending.code === 0) {
			process.exitCode = 3
			return
		}
	}
	endAs(ending)
}

/** The page of the recording, with --open. */
async function pageOf(flags: RecordFlags, directory: string, output: string): Promise<RecordingPage | null> {
	if (flags.open !== true) return null
	const page = new (await import('./view/recording.js')).RecordingPage(directory, output)
	await page.open()
	return page
}

/** When a file was changed; null if there is none. */
function timeOf(path: string): number | null {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null
}

/** @throws UsageError */
function checkUse(command: readonly string[], output: string): void {
	if (command.length === 0 || command[0] === '')
		throw new UsageError('no program given; put it after --, as in: tsgotrace record -- node app.js')
	if (output === '' || output === '-')
		throw new UsageError('--output must be a file: the standard output belongs to the program')
	const stat = statSync(output, { throwIfNoEntry: false })
	if (stat !== undefined && !stat.isFile()) throw new UsageError(`'${output}' is not a regular file`)
	if (!statSync(dirname(resolve(output)), { throwIfNoEntry: false })?.isDirectory())
		throw new UsageError(`directory not found: '${dirname(output)}'`)
}

/** @returns true if there is no trace although there should be one */
async function finish(
	parts: Parts,
	flags: RecordFlags,
	command: readonly string[],
	output: string,
	ms: number,
	ending: Ending,
): Promise<boolean> {
	const { present } = parts
	parts.close()
	const busy = await settled(parts)
	const threads = parts.threads()
	const reports = threads.map(({ report }) => report)
	const failures = failuresOf(parts, present, reports)
	for (const failure of failures) warn(failure)
	const nothing = nothingText(reports, flags, command)
	if (nothing !== null) {
		parts.remove()
		// A failure says more than its consequence, that nothing was recorded.
		if (failures.length === 0) warn(nothing)
		return failures.length > 0
	}
	if (failures.length > 0 && threads.every(({ paths }) => paths.length === 0)) {
		parts.remove()
		warn(lostText(reports))
		return true
	}
	const rotated = flags.maxSize !== undefined && threads.some(isRotated)
	try {
		await writeAs(flags, parts.path, path => bring(threads, path))
	} catch (error) {
		if (error instanceof CommandError) {
			parts.remove()
			warn(error.message)
			return true
		}
		warn(`${flags.output} could not be written: ${explained(error)}
  what was recorded is in ${parts.path}, one trace per thread; show it with:  npx tsgotrace print ${shellWord(parts.path)}/*.perfetto-trace`)
		return true
	}
	if (busy.length > 0)
		warn(
			`${plural(busy.length, 'thread')} of process ${[...new Set(busy)].join(', ')} still running; the rest of their events is in ${parts.path}`,
		)
	else parts.remove()
	// Workers without events, such as those of tsx, may come and go.
	const killed =
		reports.filter(({ state, thread, attached }) => state === 'running' && (thread === 0 || attached > 0)).length -
		busy.length
	if (killed > 0) warn(killedText(killed, ending))
	if (flags.quiet) return false
	process.stderr.write(recordedText(reports, flags, statSync(output).size, ms, rotated))
	const leftOut = leftOutText(reports)
	if (leftOut !== null) process.stderr.write(`  ${leftOut}\n`)
	return false
}

/** Whether segments of the thread were removed: what is left is less than its events took. */
function isRotated({ report, paths }: ThreadParts): boolean {
	return report.bytes > paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Each message once, whichever threads it happened in. */
function failuresOf(parts: Parts, present: boolean, reports: readonly PartReport[]): readonly string[] {
	const failures = [...new Set(reports.flatMap(({ error }) => error ?? []))].map(
		error => `recording failed; the program continued: ${explained(error)}`,
	)
	if (!present)
		failures.push(
			`${parts.path} was removed while the program ran, and what had been recorded is lost; the program continued`,
		)
	const unreported = parts.unreported()
	if (unreported !== null)
		failures.push(
			`${plural(unreported.threads, 'thread')} could not report what was recorded, and continued: ${explained(unreported.error)}`,
		)
	return failures
}

/** Wait for running threads to notice that the recording is over. @returns the process ids of those that did not */
async function settled(parts: Parts): Promise<number[]> {
	for (const until = Date.now() + maxWait; ; await sleep(50)) {
		const running = parts.reports().filter(({ state, pid }) => state !== 'ended' && isAlive(pid))
		if (running.length === 0 || Date.now() > until) return running.map(({ pid }) => pid)
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0)
		return true
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM'
	}
}

/** A single complete part becomes the trace; several are joined. */
async function bring(threads: readonly ThreadParts[], output: string): Promise<void> {
	const paths = threads.flatMap(thread => thread.paths)
	if (paths.length === 1 && threads.every(({ report }) => report.state === 'ended') && !output.endsWith('.gz'))
		renameSync(paths[0]!, output)
	else await join(threads, output)
}

function tellDumps(base: string, began: number): void {
	const dumps = readdirSync(dirname(base)).filter(
		name => name.startsWith(`${basename(base)}.dump-`) && extname(name) === '.perfetto-trace',
	)
	for (const name of dumps) {
		const path = joinPaths(dirname(base), name)
		if (statSync(path).mtimeMs >= began) process.stderr.write(`  dump: ${path}\n`)
	}
}

function couldNotStart(file: string, error: NodeJS.ErrnoException): string {
	if (error.code === 'ENOENT') return `program not found: '${file}'`
	const hint = /\.[cm]?[jt]s$/.test(file)
		? `\n  hint: run it with Node: tsgotrace record -- node ${shellWord(file)}`
		: ''
	return `'${file}' could not be started: ${error.message}${hint}`
}

/** A file system error with a hint how to fix it. */
function explained(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error)
	const help = hint(message)
	return help === null ? message : `${message}\n  hint: ${help}`
}

function warn(text: string): void {
	process.stderr.write(`tsgotrace: ${text}\n`)
}
