import { dirname, resolve } from 'node:path'
import type { PartReport } from '@tsgotrace/record/launch'
import { formats } from '@tsgotrace/trace/formats'
import { shellWord } from '@tsgotrace/trace/shell'
import { bytes as bytesText, count, plural } from './format.js'
import { totals } from './liveline.js'
import { nearText, noneMatches } from './nearest.js'
import type { Ending } from './program.js'
import type { RecordFlags } from './recordflags.js'

/**
 * What a successful recording contains, and how to look at it.
 *
 * @param rotated whether old events were removed, so that only the last ones are in the file
 */
export function recordedText(
	reports: readonly PartReport[],
	{ output, format }: Pick<RecordFlags, 'output' | 'format'>,
	bytes: number,
	ms: number,
	rotated = false,
): string {
	const { recorded, sampledOut, dropped } = totals(reports)
	const traced = reports.filter(({ attached }) => attached > 0)
	const processes = new Set(traced.map(({ pid }) => pid)).size
	const where = [
		processes > 1 && `${processes} processes`,
		traced.length > processes && `${traced.length} threads`,
	].filter(Boolean)
	const missing = [
		sampledOut > 0 && `${count(sampledOut)} sampled out`,
		dropped > 0 && `${count(dropped)} dropped`,
	].filter(Boolean)
	const more = missing.length > 0 ? ` (${missing.join(', ')})` : ''
	const what = plural(recorded, 'event')
	const min = reports.every(({ state }) => state !== 'running') ? '' : 'at least '
	return `tsgotrace: ${rotated ? 'the last of ' : ''}${min}${what}${where.length > 0 ? ` of ${where.join(', ')}` : ''}${more} in ${(ms / 1000).toFixed(1)} s: ${output}, ${bytesText(bytes)}
  ${openText(format, shellWord(output))}
`
}

/** How a recording is opened. */
function openText(format: string | undefined, path: string): string {
	switch (format) {
		case undefined:
			return `show it with:  npx tsgotrace summary ${path}   npx tsgotrace print ${path}   or open it in https://ui.perfetto.dev`
		case 'go':
			return `open it with:  go tool trace ${path}`
		case 'pprof':
			return `open it with:  go tool pprof -http=: ${path}`
		case 'chrome':
			return 'open it in https://ui.perfetto.dev'
		default:
			return `in the format ${format}: ${formats.find(({ name }) => name === format)?.help ?? ''}`
	}
}

/** Why nothing was recorded; null if something was. */
export function nothingText(
	reports: readonly PartReport[],
	{ events: globs, output }: Pick<RecordFlags, 'events' | 'output'>,
	command: readonly string[],
): string | null {
	const dir = shellWord(dirname(resolve(output)))
	const allow = `--allow-fs-read=${dir} --allow-fs-write=${dir}`
	if (reports.length === 0) {
		if (isRestricted(command))
			return `nothing was recorded: Node's permission model denies the program access to the directory of the trace\n  hint: start it with ${allow}`
		return `nothing was recorded: the program started no Node 20.19 or newer that reads NODE_OPTIONS, or it started Node with another environment, or under the permission model without ${allow}`
	}
	// A thread that was killed may have recorded more than it could report.
	if (reports.some(({ attached, state, error }) => attached > 0 || (state !== 'ended' && error === null))) return null
	const ids = [...new Set(reports.flatMap(report => report.ids))].sort()
	const leftOut = leftOutOf(reports)
	if (leftOut.length > 0) return `nothing was recorded: ${pausableText(leftOut)}`
	if (ids.length === 0 && reports.some(({ contexts }) => contexts > 0))
		return `nothing was recorded: the program ran code in node:vm contexts, as jest does with each test file, and the recorder does not reach the events in them
  hint: vitest and node --test run test files without such contexts`
	// The process that has reported may be one that started it, such as npx.
	if (ids.length === 0 && isRestricted(command) && !command.some(arg => arg.startsWith('--allow-fs-write')))
		return `nothing was recorded: the processes that may write loaded no module that declares trace events, and Node's permission model denies others access to the directory of the trace\n  hint: start them with ${allow}`
	if (ids.length === 0)
		return `nothing was recorded: the program loaded no module that declares trace events, and perhaps no @tsgotrace/runtime\n  hint: npx tsgotrace list   lists the events that the sources declare`
	const known = Math.max(ids.length, ...reports.map(report => report.known))
	return `nothing was recorded: ${noneMatches(known, 'that the program loaded')} ${(globs ?? []).join(' ')}
  ${nearText(globs ?? [], ids)}`
}

/** What was not recorded, and how to record it. */
export function leftOutText(reports: readonly PartReport[]): string | null {
	const leftOut = leftOutOf(reports)
	return leftOut.length === 0 ? null : `not recorded: ${pausableText(leftOut)}`
}

function leftOutOf(reports: readonly PartReport[]): readonly string[] {
	return [...new Set(reports.flatMap(report => report.leftOut))].sort()
}

/** Why pausable events were not recorded. */
export function pausableText(ids: readonly string[]): string {
	const some = ids.length > 3 ? [...ids.slice(0, 3), '…'] : ids
	const [what, them] = ids.length === 1 ? ['1 pausable event', 'it'] : [`${count(ids.length)} pausable events`, 'them']
	return `${what} (${some.join(', ')}): the program would wait at ${them}, and its tasks might run in a different order\n  hint: --pausable includes ${them}`
}

/** Whether Node starts with the permission model. */
function isRestricted(command: readonly string[]): boolean {
	return [...command, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')].some(arg =>
		/^--(experimental-)?permission$/.test(arg),
	)
}

/** What is missing of threads that could not write their last events. */
export function killedText(threads: number, ending: Ending): string {
	const why = 'enforced' in ending && ending.enforced ? `, because the program computed when ${ending.signal} came` : ''
	return `${plural(threads, 'thread')} ended without notice${why}: up to a second of ${threads === 1 ? 'its' : 'their'} events is missing`
}

/** There were events, but all of them are lost. */
export function lostText(reports: readonly PartReport[]): string {
	const signals = reports.reduce((all, report) => all + report.signals, 0)
	return `no trace was written: ${signals === 0 ? 'nothing could be written' : `${plural(signals, 'event')} could not be written`}`
}
