import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import {
	defaultLimits,
	endingText,
	type RecordingStart,
	type RecordRequest,
	type RequestLimits,
	recordProcess,
	type ThreadRecording,
} from '@tsgotrace/live'
import { join, type PartReport } from '@tsgotrace/record/launch'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import { bytes as bytesText } from '../format.js'
import { nearText, noneMatches } from '../nearest.js'
import { leftOutText, pausableText, recordedText } from '../recordend.js'
import { bytes, duration, preloadOptions, type RecordFlags } from '../recordflags.js'
import { withFormat, writeAs } from '../recordformat.js'
import { watching, watchWidth, whileWatched } from '../watch/index.js'
import { execOf } from './exec.js'
import { checkOutput, reportOf, withParts } from './parts.js'
import { pidOf, withProcess } from './target.js'

/** Options of `record --pid`. */
export interface RecordPidFlags extends RecordFlags {
	readonly pid: string
	readonly for?: string
	readonly maxEvents?: string
	readonly maxBytes?: string
	readonly maxRate?: string
}

/** Options that a program needs at its start, or for its whole run. */
const notLive = ['tasksOf', 'ring', 'last', 'signal', 'slow', 'maxSize'] as const

/** `tsgotrace record --pid` */
export async function recordPidCommand(command: readonly string[], asGiven: RecordPidFlags): Promise<ExitCode> {
	const flags: RecordPidFlags = withFormat(asGiven)
	const { output, quiet = false } = flags
	if (command.length > 0)
		throw new UsageError('--pid records a process that runs: it does not go with a program to start')
	for (const name of notLive)
		if (flags[name] !== undefined)
			throw new UsageError(
				`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} is for a program that record starts: it does not go with --pid`,
			)
	const pid = pidOf(flags.pid)
	checkOutput(output)
	const limits = limitsOf(flags)
	const width = watchWidth(flags)
	// What is wrong is said before anything is done.
	optionsOf(flags)
	const { inject, prepare } = execOf(flags)
	await withParts(output, async directory => {
		const began = Date.now()
		const watched = width === null ? null : await watching(directory, width)
		const recording = withProcess(
			pid,
			async (live, signal) => {
				const isShown = process.stderr.isTTY && !quiet && watched === null
				const controller = new AbortController()
				const stop = (): void => controller.abort()
				signal.addEventListener('abort', stop)
				let last = 0
				const exec = await prepare(live)
				const recorded = await recordProcess(live, {
					options: optionsOf(exec === undefined ? flags : { ...flags, exec }),
					limits,
					directory,
					signal: controller.signal,
					onBegan: all => {
						// Nothing is attached: it would record nothing for its whole time.
						if (all.every(({ attached }) => attached === 0)) stop()
						else if (isShown)
							process.stderr.write(
								`recording process ${pid} for ${(limits.ms / 1000).toFixed(0)} s; Ctrl-C ends it earlier\n`,
							)
					},
					onBytes: sum => {
						if (!isShown || performance.now() - last < 200) return
						last = performance.now()
						process.stderr.write(`\r\u001B[K${bytesText(sum)}\r`)
					},
				})
				if (isShown) process.stderr.write('\r\u001B[K')
				return recorded
			},
			inject,
		)
		const threads = await whileWatched(watched, recording)
		await finish(pid, threads, flags, limits, Date.now() - began, directory)
	})
	return 0
}

function optionsOf(flags: RecordPidFlags): RecordRequest['options'] {
	const { events, pausable, sample, redact } = preloadOptions(flags, '')
	return {
		...(events !== undefined && { events }),
		...(pausable !== undefined && { pausable }),
		...(sample !== undefined && { sample }),
		...(redact !== undefined && { redact }),
	}
}

async function finish(
	pid: number,
	threads: readonly ThreadRecording[],
	flags: RecordPidFlags,
	limits: RequestLimits,
	ms: number,
	directory: string,
): Promise<void> {
	const reports = threads.map(({ thread, began, result, bytes }) =>
		reportOf(pid, thread, { ...began, ...result, bytes, state: result === null ? 'running' : 'ended' }),
	)
	const nothing = nothingOf(reports, flags)
	if (nothing !== null) throw new CommandError(3, nothing)
	const attached = threads
		.map((thread, i) => ({ thread, report: reports[i]! }))
		.filter(({ report }) => report.attached > 0)
	await writeAs(flags, directory, path =>
		join(
			attached.map(({ thread, report }) => ({ report, paths: [thread.path] })),
			resolve(path),
		),
	)
	for (const error of new Set(reports.flatMap(report => report.error ?? [])))
		process.stderr.write(`tsgotrace: recording failed: ${error}\n`)
	if (flags.quiet) return
	process.stderr.write(recordedText(reports, flags, statSync(flags.output).size, ms))
	const leftOut = leftOutText(reports)
	if (leftOut !== null) process.stderr.write(`  ${leftOut}\n`)
	for (const text of new Set(
		threads.flatMap(({ result }) => (result === null ? [] : (endingText(result.ended, limits) ?? []))),
	))
		process.stderr.write(
			`  ${text}\n  hint: --max-events, --max-bytes and --max-rate raise the limits; --sample records a part\n`,
		)
	if (threads.some(({ thread, result }) => thread === 0 && result === null))
		process.stderr.write('  the process has ended\n')
}

function nothingOf(
	reports: readonly (PartReport & Partial<RecordingStart>)[],
	{ events = [] }: RecordFlags,
): string | null {
	if (reports.some(({ attached }) => attached > 0)) return null
	const leftOut = [...new Set(reports.flatMap(report => report.leftOut))].sort()
	if (leftOut.length > 0) return `nothing was recorded: ${pausableText(leftOut)}`
	const ids = [...new Set(reports.flatMap(report => report.ids))].sort()
	if (ids.length === 0) return 'nothing was recorded: the process has loaded no module that declares trace events'
	return `nothing was recorded: ${noneMatches(Math.max(...reports.map(({ known }) => known)), 'that the process has loaded')} ${events.join(' ')}\n  ${nearText(events, ids)}`
}

/** @throws UsageError */
function limitsOf({ for: time, maxEvents, maxBytes, maxRate }: RecordPidFlags): RequestLimits {
	return {
		ms: time === undefined ? defaultLimits.ms : duration('--for', time),
		events: maxEvents === undefined ? defaultLimits.events : number('--max-events', maxEvents),
		bytes: maxBytes === undefined ? defaultLimits.bytes : bytes('--max-bytes', maxBytes),
		perSecond: maxRate === undefined ? defaultLimits.perSecond : number('--max-rate', maxRate),
	}
}

function number(flag: string, text: string): number {
	if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${flag} must be a number from 1, not '${text}'`)
	return Number(text)
}
