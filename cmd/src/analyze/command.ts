import { Analyzer } from '@tsgotrace/trace/analyze'
import type { ProfileKind } from '@tsgotrace/trace/analyze/profilekinds'
import { shellWord } from '@tsgotrace/trace/shell'
import { type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { printJson } from '../output.js'
import { Output } from '../stdout.js'
import { takeTrace } from '../tracefile.js'
import { outputWidth } from '../width.js'
import { keepYoungGenerationSmall } from '../younggeneration.js'
import { reportMarkdown } from './markdown.js'
import { reportText } from './text.js'

/** Options of `analyze`. */
export interface AnalyzeFlags extends KeyFlags {
	readonly json?: boolean
	readonly md?: boolean
	readonly profile?: ProfileKind
	readonly output?: string
	readonly task?: string
	readonly slow?: string
	/** `p99` */
	readonly quantile?: string
}

/** `tsgotrace analyze` */
export async function analyzeCommand(paths: readonly string[], flags: AnalyzeFlags): Promise<ExitCode> {
	if (flags.json && flags.md) throw new UsageError('--json and --md exclude each other: give one of them')
	const { profile, output: file } = flags
	if (file !== undefined && profile === undefined)
		throw new UsageError('--output is the file of a profile: choose one with --profile')
	if (profile !== undefined) {
		if (flags.json || flags.md) throw new UsageError('--profile writes a file: it goes with neither --json nor --md')
		return (await import('./profile.js')).writeProfile(paths, profile, file ?? `${profile}.pb.gz`, flags)
	}
	const { task, slow } = flags
	if (task !== undefined || slow !== undefined) {
		if (task !== undefined && slow !== undefined)
			throw new UsageError('--task and --slow exclude each other: give one of them')
		if (flags.md) throw new UsageError('--md is a report of the whole trace: it does not go with --task or --slow')
		if (task !== undefined && !/^[1-9]\d{0,15}$/.test(task))
			throw new UsageError(`--task must be the id of a task, not '${task}'; --slow takes a name`)
		const share = shareOf(flags)
		const { printPath, wallOf } = await import('./path.js')
		const choice =
			task !== undefined
				? { id: Number(task) }
				: share === null
					? { slowest: slow! }
					: { named: slow!, wall: await wallOf(paths, slow!, share, flags) }
		return printPath(paths, choice, flags.json === true, flags)
	}
	if (flags.quantile !== undefined) shareOf(flags)
	keepYoungGenerationSmall()
	const analyzer = new Analyzer()
	let report: ReturnType<Analyzer['report']> | null = null
	let packets = 0
	const code = await takeTrace(
		paths,
		flags,
		async (batch, reader) => {
			analyzer.take(batch)
			packets = reader.progress.packets
			// The last one: what could not be read is known now.
			if (batch.items.length === 0) report = analyzer.report(reader)
			return Promise.resolve(true)
		},
		false,
	)
	// If the input is not a trace, the error is the whole output.
	if (report === null || (code === 1 && packets === 0)) return code
	const files = paths.map(shellWord).join(' ')
	if (flags.json) printJson(report)
	else {
		const output = new Output()
		output.write(flags.md ? reportMarkdown(report, files) : reportText(report, files, outputWidth(80)))
		await output.flush()
	}
	return code
}

/** The quantile of `--slow`; null: the slowest. @throws UsageError */
function shareOf({ slow, quantile }: AnalyzeFlags): number | null {
	if (quantile === undefined) return null
	if (slow === undefined) throw new UsageError('--quantile chooses a task of a name: give that with --slow')
	const percent = /^p?(\d{1,2}(?:\.\d{1,3})?)$/.exec(quantile)?.[1]
	if (percent === undefined || Number(percent) === 0)
		throw new UsageError(`--quantile must be a quantile such as p50 or p99, not '${quantile}'`)
	return Number(percent) / 100
}
