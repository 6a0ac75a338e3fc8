import { readdirSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, extname, join as joinPaths, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execEnvironment, namesExec } from '@tsgotrace/exec/launch'
import { environment, hint, join, Parts, type ThreadParts, type ThreadReport } from '@tsgotrace/record/launch'
import { plural } from './format.js'
import { Live } from './live.js'
import { usageError } from './output.js'
import { endAs, runProgram } from './program.js'
import { leftOutText, lostText, nothingText, quoted, recordedText } from './recordend.js'
import { FlagError, preloadOptions, type RecordFlags } from './recordflags.js'

/** How long to wait for processes that the program has left behind. They look about once a second whether the recording is over. */
const PATIENCE = 3000

/** `tsgotrace record`. It ends as the program does. */
export async function recordCommand(command: readonly string[], flags: RecordFlags): Promise<void> {
	const output = resolve(flags.output)
	const wrong = wrongUse(command, flags.output)
	if (wrong !== null) {
		process.exitCode = usageError(wrong)
		return
	}
	const base = joinPaths(dirname(output), basename(output).replace(/(\.perfetto-trace)?(\.gz)?$/, ''))
	let options: ReturnType<typeof preloadOptions>
	try {
		options = preloadOptions(flags, `${base.replaceAll('%', '%%')}.dump-%p-%t-%n.perfetto-trace`)
	} catch (error) {
		if (!(error instanceof FlagError)) throw error
		process.exitCode = usageError(error.message)
		return
	}
	let parts: Parts
	try {
		// Beside the trace: on the same file system, and found if we are killed. Watchers that start programs again, such as nodemon, do not look at what begins with a dot.
		parts = new Parts(joinPaths(dirname(base), `.${basename(base)}.parts-`))
	} catch (error) {
		tell(`nothing can be recorded to '${flags.output}', and the program was not started: ${explained(error)}`)
		process.exitCode = 3
		return
	}
	const began = Date.now()
	const live = flags.quiet ? null : new Live(() => parts.reports())
	const environmentOfRecorder = environment({ ...options, report: parts.path })
	// Who asks for events of the execution by name has them too.
	const added = namesExec(options.events as readonly string[] | undefined) ? execEnvironment(environmentOfRecorder) : environmentOfRecorder
	const ending = await runProgram(command, { ...process.env, ...added })
	const ms = Date.now() - began
	live?.end()
	if ('error' in ending) {
		parts.remove()
		tell(couldNotStart(command[0]!, ending.error))
	} else {
		const failed = await finish(parts, flags, command, output, ms)
		if ((flags.ring ?? flags.last) !== undefined && !flags.quiet) tellDumps(base, began)
		if (failed && 'code' in ending && ending.code === 0) {
			process.exitCode = 3
			return
		}
	}
	endAs(ending)
}

function wrongUse(command: readonly string[], output: string): string | null {
	if (command.length === 0 || command[0] === '') return 'which program? It stands after --, as in: tsgotrace record -- node app.js'
	if (output === '' || output === '-') return '--output must be a file: the standard output belongs to the program'
	const stat = statSync(output, { throwIfNoEntry: false })
	if (stat !== undefined && !stat.isFile()) return `'${output}' is no file`
	if (!statSync(dirname(resolve(output)), { throwIfNoEntry: false })?.isDirectory()) return `there is no directory '${dirname(output)}'`
	return null
}

/** @returns whether there is no trace though there should be one */
async function finish(parts: Parts, flags: RecordFlags, command: readonly string[], output: string, ms: number): Promise<boolean> {
	const { present } = parts
	parts.close()
	const busy = await settled(parts)
	const threads = parts.threads()
	const reports = threads.map(({ report }) => report)
	const failures = failuresOf(parts, present, reports)
	for (const failure of failures) tell(failure)
	const nothing = nothingText(reports, flags, command)
	if (nothing !== null) {
		parts.remove()
		// What is wrong says more than what follows from it.
		if (failures.length === 0) tell(nothing)
		return failures.length > 0
	}
	if (failures.length > 0 && threads.every(({ paths }) => paths.length === 0)) {
		parts.remove()
		tell(lostText(reports))
		return true
	}
	try {
		await bring(threads, output)
	} catch (error) {
		tell(`${flags.output} could not be written: ${explained(error)}
  what was recorded is in ${parts.path}, a trace of each thread; look at it:  npx tsgotrace print ${quoted(parts.path)}/*.perfetto-trace`)
		return true
	}
	if (busy.length > 0)
		tell(`${plural(busy.length, 'thread')} of process ${[...new Set(busy)].join(', ')} still ran; the rest of them is in ${parts.path}`)
	else parts.remove()
	// Workers without events, such as those of tsx, may come and go.
	const killed = reports.filter(({ state, thread, attached }) => state === 'running' && (thread === 0 || attached > 0)).length - busy.length
	if (killed > 0) tell(`${plural(killed, 'thread')} ended without notice: up to a second of ${killed === 1 ? 'it' : 'them'} is missing`)
	if (flags.quiet) return false
	process.stderr.write(recordedText(reports, flags.output, statSync(output).size, ms))
	const leftOut = leftOutText(reports)
	if (leftOut !== null) process.stderr.write(`  ${leftOut}\n`)
	return false
}

/** Each once, whichever threads it happened in. */
function failuresOf(parts: Parts, present: boolean, reports: readonly ThreadReport[]): readonly string[] {
	const failures = [...new Set(reports.flatMap(({ error }) => error ?? []))].map(
		error => `recording failed, and the program went on: ${explained(error)}`,
	)
	if (!present) failures.push(`${parts.path} was removed while the program ran, and with it what had been recorded; the program went on`)
	const unreported = parts.unreported()
	if (unreported !== null)
		failures.push(`${plural(unreported.threads, 'thread')} could not tell what was recorded, and went on: ${explained(unreported.error)}`)
	return failures
}

/** Wait for threads that still run to notice that the recording is over. @returns the processes of those that did not */
async function settled(parts: Parts): Promise<number[]> {
	for (const until = Date.now() + PATIENCE; ; await sleep(50)) {
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

/** One part that is whole is the trace; several are joined to it. */
async function bring(threads: readonly ThreadParts[], output: string): Promise<void> {
	const paths = threads.flatMap(thread => thread.paths)
	if (paths.length === 1 && threads.every(({ report }) => report.state === 'ended') && !output.endsWith('.gz'))
		renameSync(paths[0]!, output)
	else await join(threads, output)
}

function tellDumps(base: string, began: number): void {
	const dumps = readdirSync(dirname(base)).filter(name => name.startsWith(`${basename(base)}.dump-`) && extname(name) === '.perfetto-trace')
	for (const name of dumps) {
		const path = joinPaths(dirname(base), name)
		if (statSync(path).mtimeMs >= began) process.stderr.write(`  dump: ${path}\n`)
	}
}

function couldNotStart(file: string, error: NodeJS.ErrnoException): string {
	return error.code === 'ENOENT' ? `there is no program '${file}'` : `'${file}' could not be started: ${error.message}`
}

/** An error of the file system, and what to do about it. */
function explained(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error)
	const help = hint(message)
	return help === null ? message : `${message}\n  hint: ${help}`
}

function tell(text: string): void {
	process.stderr.write(`tsgotrace: ${text}\n`)
}
