import type { ThreadReport } from '@tsgotrace/record/launch'
import { bytes as bytesText, count, plural } from './format.js'
import { totals } from './live.js'
import { nearText } from './nearest.js'

/** What a recording that went well has recorded, and how to look at it. */
export function recordedText(reports: readonly ThreadReport[], output: string, bytes: number, ms: number): string {
	const { recorded, sampledOut, dropped } = totals(reports)
	const traced = reports.filter(({ attached }) => attached > 0)
	const processes = new Set(traced.map(({ pid }) => pid)).size
	const where = [processes > 1 && `${processes} processes`, traced.length > processes && `${traced.length} threads`].filter(Boolean)
	const missing = [sampledOut > 0 && `${count(sampledOut)} sampled out`, dropped > 0 && `${count(dropped)} dropped`].filter(Boolean)
	const more = missing.length > 0 ? ` (${missing.join(', ')})` : ''
	const what = plural(recorded, 'event')
	const path = quoted(output)
	const least = reports.every(({ state }) => state !== 'running') ? '' : 'at least '
	return `tsgotrace: ${least}${what}${where.length > 0 ? ` of ${where.join(', ')}` : ''}${more} in ${(ms / 1000).toFixed(1)} s: ${output}, ${bytesText(bytes)}
  look at it:  npx tsgotrace summary ${path}   npx tsgotrace print ${path}   or open it in https://ui.perfetto.dev
`
}

/** Why there is nothing to look at; null if there is something. */
export function nothingText(reports: readonly ThreadReport[], globs: readonly string[] | undefined): string | null {
	if (reports.length === 0)
		return 'nothing was recorded: the program started no Node of 20.19 or newer that takes NODE_OPTIONS, or it was started with another environment'
	// One that was killed may have recorded more than it could tell.
	if (reports.some(({ attached, state, error }) => attached > 0 || (state !== 'ended' && error === null))) return null
	const ids = [...new Set(reports.flatMap(report => report.ids))].sort()
	if (ids.length === 0)
		return `nothing was recorded: the program loaded no module that declares trace events, and perhaps no @tsgotrace/runtime\n  hint: npx tsgotrace list   names the events that sources declare`
	const known = Math.max(ids.length, ...reports.map(report => report.known))
	return `nothing was recorded: none of the ${plural(known, 'event')} that the program loaded fits ${(globs ?? []).join(' ')}
  ${nearText(globs ?? [], ids)}`
}

/** There were events, and all of them are lost. */
export function lostText(reports: readonly ThreadReport[]): string {
	const signals = reports.reduce((all, report) => all + report.signals, 0)
	return `there is no trace: ${signals === 0 ? 'nothing' : `nothing of ${plural(signals, 'event')}`} could be written`
}

/** As a shell wants it. */
export function quoted(path: string): string {
	return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
