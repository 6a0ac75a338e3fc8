import { setTasks, type ThreadSettings } from '@tsgotrace/live'
import { type ExitCode, UsageError } from '../exit.js'
import { duration, execOptions } from '../recordflags.js'
import { pidOf, withProcess } from './target.js'

/** Options of `set`. */
export interface SetFlags {
	readonly sampleTasks?: string
	readonly budget?: string
	readonly for?: string
	readonly keep?: boolean
}

/** `tsgotrace set` */
export async function setCommand(process_: string, flags: SetFlags): Promise<ExitCode> {
	const pid = pidOf(process_)
	const { sampleTasks, budget, keep = false } = flags
	const ms = flags.for === undefined ? null : duration('--for', flags.for)
	const isChange = sampleTasks !== undefined || budget !== undefined
	if (!isChange && (ms !== null || keep))
		throw new UsageError('--for and --keep are about changes: add --sample-tasks or --budget')
	if (ms !== null && keep) throw new UsageError('--for ends a change, --keep leaves it: they cannot be combined')
	const isNone = budget === 'none'
	const changes = execOptions({
		exec: true,
		output: '',
		...(sampleTasks !== undefined && { sampleTasks }),
		...(!isNone && { budget }),
	})
	await withProcess(pid, async (live, signal) => {
		const settings = await setTasks(live, { ...changes, ...(isNone && { budget: null }), ...(keep && { keep }) })
		process.stdout.write(settings.map(one => settingsText(one, settings.length > 1)).join(''))
		if (!isChange || keep) return
		if (process.stderr.isTTY)
			process.stderr.write(`until ${ms === null ? 'Ctrl-C' : `${ms / 1000} s have passed, or Ctrl-C`}\n`)
		await until(signal, ms)
	})
	return 0
}

function settingsText({ thread, before, now }: ThreadSettings, hasOthers: boolean): string {
	const rows = [
		['tasks', before.sampleTasks, now.sampleTasks],
		['budget', budgetText(before.budget), budgetText(now.budget)],
	] as const
	return rows
		.map(
			([what, old, current]) =>
				`${hasOthers ? `thread ${thread} ` : ''}${what}: ${old === current ? current : `${old} -> ${current}`}\n`,
		)
		.join('')
}

function budgetText(budget: number | null): string {
	return budget === null ? 'none' : `${Number((budget * 100).toPrecision(3))} % of the busy time`
}

async function until(signal: AbortSignal, ms: number | null): Promise<void> {
	if (signal.aborted) return
	await new Promise<void>(resolve => {
		const timer = setTimeout(resolve, ms ?? 2 ** 31 - 1)
		signal.addEventListener('abort', () => {
			clearTimeout(timer)
			resolve()
		})
	})
}
