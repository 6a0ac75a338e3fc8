import { Summary } from '@tsgotrace/trace/summary'
import { type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { printJson } from '../output.js'
import { Output } from '../stdout.js'
import { takeTrace } from '../tracefile.js'
import { outputWidth } from '../width.js'
import { summaryJson } from './json.js'
import { profileText } from './profile.js'
import { summaryText } from './text.js'

/** Options of `summary`. */
export interface SummaryFlags extends KeyFlags {
	readonly by?: string
	readonly slowest?: string
	readonly json?: boolean
}

/** `tsgotrace summary` */
export async function summaryCommand(paths: readonly string[], flags: SummaryFlags): Promise<ExitCode> {
	const { by, slowest = '5' } = flags
	if (!/^\d{1,4}$/.test(slowest)) throw new UsageError(`--slowest must be from 0 to 9999, not '${slowest}'`)
	const output = new Output()
	const profile = paths.length === 1 ? profileText(paths[0]!, outputWidth(Number.POSITIVE_INFINITY)) : null
	if (profile !== null) {
		if (flags.json)
			throw new UsageError(
				`'${paths[0]}' is a pprof profile: --json is not supported for it; \`go tool pprof -raw\` prints all of it`,
			)
		output.write(profile)
		await output.flush()
		return 0
	}
	const summary = new Summary({ slowest: Number(slowest), ...(by !== undefined && { by }) })
	let size = 0
	let packets = 0
	const code = await takeTrace(
		paths,
		flags,
		async (batch, reader) => {
			summary.take(batch)
			const { progress } = reader
			size = progress.bytes
			packets = progress.packets
			return Promise.resolve(true)
		},
		false,
	)
	// If the input is not a trace, the error is the whole output.
	if (code === 1 && packets === 0) return code
	if (flags.json) printJson(summaryJson(summary, size))
	else {
		output.write(summaryText(summary, size, outputWidth(Number.POSITIVE_INFINITY)))
		await output.flush()
	}
	return code
}
