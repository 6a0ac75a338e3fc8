import { type TopLine, topProcess } from '@tsgotrace/live'
import { type ExitCode, UsageError } from '../exit.js'
import { count, rate } from '../format.js'
import { checkGlobs, duration } from '../recordflags.js'
import { table } from '../table.js'
import { pidOf, withProcess } from './target.js'

/** Options of `top`. */
export interface TopFlags {
	readonly events?: readonly string[]
	readonly every: string
	readonly for?: string
	readonly limit: string
	readonly json?: boolean
}

const longest = 600_000

/** `tsgotrace top` */
export async function topCommand(process_: string, flags: TopFlags): Promise<ExitCode> {
	const pid = pidOf(process_)
	const every = duration('--every', flags.every)
	if (every < 100) throw new UsageError(`--every must be at least 100ms, not '${flags.every}'`)
	if (!/^[1-9]\d{0,5}$/.test(flags.limit)) throw new UsageError(`--limit must be a number from 1, not '${flags.limit}'`)
	checkGlobs(flags.events)
	const { isTTY } = process.stdout
	const ms = flags.for === undefined ? (isTTY ? longest : every) : duration('--for', flags.for)
	const limit = Number(flags.limit)
	await withProcess(pid, async (live, signal) => {
		await topProcess(live, {
			...(flags.events !== undefined && { events: flags.events }),
			every,
			ms,
			signal,
			onTable: (lines, period) => {
				if (flags.json)
					process.stdout.write(`${JSON.stringify({ pid, ms: Math.round(period), rows: lines.slice(0, limit) })}\n`)
				else if (isTTY)
					process.stdout.write(`\u001B[H\u001B[J${topText(pid, lines, period, limit, process.stdout.columns)}`)
				else process.stdout.write(topText(pid, lines, period, limit))
			},
		})
	})
	return 0
}

/** A table of what happens in a process. */
export function topText(pid: number, lines: readonly TopLine[], ms: number, limit: number, width?: number): string {
	const total = lines.reduce((sum, line) => sum + line.rate, 0)
	const head = `process ${pid}: ${rate(total)} a second, in ${(ms / 1000).toFixed(1)} s\n`
	if (lines.length === 0) return `${head}nothing happened, and nothing is open\n`
	const rows = lines
		.slice(0, limit)
		.map(({ kind, name, rate: perSecond, open, p50, p99 }) => [
			name,
			kind,
			rate(perSecond),
			kind === 'event' ? '' : count(open),
			milliseconds(p50),
			milliseconds(p99),
		])
	const rest = lines.length > limit ? `and ${count(lines.length - limit)} more: --limit\n` : ''
	return (
		head +
		table([['', 'KIND', 'PER S', 'OPEN', 'P50', 'P99'], ...rows], {
			left: [1],
			...(width !== undefined && { width }),
		}) +
		rest
	)
}

function milliseconds(ms: number | null): string {
	if (ms === null) return ''
	if (ms < 1) return `${(ms * 1000).toPrecision(2)} µs`
	return ms < 1000 ? `${ms < 100 ? ms.toPrecision(2) : ms.toFixed(0)} ms` : `${(ms / 1000).toPrecision(3)} s`
}
