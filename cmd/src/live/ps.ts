import { type NodeProcess, nodeProcesses } from '@tsgotrace/live'
import type { ExitCode } from '../exit.js'
import { plural } from '../format.js'
import { printJson } from '../output.js'
import { table } from '../table.js'
import { outputWidth } from '../width.js'

/** Options of `ps`. */
export interface PsFlags {
	readonly json?: boolean
}

/** `tsgotrace ps` */
export async function psCommand({ json = false }: PsFlags): Promise<ExitCode> {
	const processes = await nodeProcesses()
	if (json) printJson(processes)
	else process.stdout.write(psText(processes, outputWidth(undefined)))
	return 0
}

/** Processes as a table, and below it why some cannot be traced. */
export function psText(processes: readonly NodeProcess[], width?: number): string {
	if (processes.length === 0) return 'no other Node process of this user runs\n'
	const rows = [
		['PID', 'NODE', 'AGE', 'TRACE', 'COMMAND'],
		...processes.map(one => [
			String(one.pid),
			one.node?.slice(1) ?? '?',
			ageText(one.age),
			traceText(one),
			one.command,
		]),
	]
	const refused = processes.filter(({ threads, refusal }) => threads.length === 0 && refusal !== null)
	const notes = refused.map(({ refusal }) => `${refusal}\n`).join('')
	return (
		table(rows, { left: [1, 3, 4], cut: 4, ...(width !== undefined && { width }) }) + (notes === '' ? '' : `\n${notes}`)
	)
}

/** How a process can be traced, in a few words. */
function traceText({ threads: [main, ...others], isBusy, inspector, refusal }: NodeProcess): string {
	if (main === undefined) {
		if (isBusy) return 'control socket, busy'
		if (refusal !== null) return 'no'
		return inspector === null ? 'attach' : `attach (inspector ${inspector})`
	}
	const what = ['control socket']
	if (others.length > 0) what.push(plural(others.length + 1, 'thread'))
	const all = [main, ...others]
	what.push(main.events === null ? 'no events' : plural(Math.max(...all.map(({ events }) => events ?? 0)), 'event'))
	const recorders = new Set(all.flatMap(({ recorders }) => recorders))
	if (recorders.has('ring')) what.push('flight recorder')
	if (recorders.has('file') || recorders.has('stream')) what.push('recording')
	return what.join(', ')
}

function ageText(ms: number | null): string {
	if (ms === null) return '?'
	const seconds = Math.max(0, Math.round(ms / 1000))
	if (seconds < 100) return `${seconds} s`
	if (seconds < 6000) return `${Math.round(seconds / 60)} min`
	return seconds < 360_000 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}
