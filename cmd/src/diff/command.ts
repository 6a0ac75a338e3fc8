import { Analyzer, compare, type RunGroups } from '@tsgotrace/trace/analyze'
import { type ExitCode, UsageError } from '../exit.js'
import { writeHtml } from '../html/write.js'
import { traceFiles } from '../inputs.js'
import type { KeyFlags } from '../key.js'
import { printJson } from '../output.js'
import { Output } from '../stdout.js'
import { takeTrace } from '../tracefile.js'
import { outputWidth } from '../width.js'
import { keepYoungGenerationSmall } from '../younggeneration.js'
import type { DiffFlags } from './flags.js'
import { diffHtml } from './html.js'
import { diffSchedules } from './schedules.js'
import type { Side } from './side.js'
import { diffMarkdown, diffText } from './text.js'

/** `tsgotrace diff` */
export async function diffCommand(before: string, after: string, flags: DiffFlags): Promise<ExitCode> {
	const { threshold, json, md, html } = flags
	if ([json, md, html].filter(Boolean).length > 1)
		throw new UsageError('--json, --md and --html exclude each other: give one of them')
	if (threshold !== undefined && !/^\d{1,4}(\.\d{1,3})?$/.test(threshold))
		throw new UsageError(`--threshold must be a number of per cent, such as 5, not '${threshold}'`)
	if (diffSchedules([before, after], flags)) return 0
	keepYoungGenerationSmall()
	const sides: Side[] = []
	for (const path of [before, after]) sides.push(await sideOf(path, flags))
	const [a, b] = sides as [Side, Side]
	if (a.runs.length === 0 || b.runs.length === 0) return 1
	const differences = compare(a.runs, b.runs)
	const limit = threshold === undefined ? Number.POSITIVE_INFINITY : Number(threshold) / 100
	const tooSlow = differences.filter(
		({ verdict, p50, p99 }) =>
			verdict === 'slower' && [p50, p99].some(({ change, low }) => (low ?? 0) > 0 && change >= limit),
	)
	if (json)
		printJson({
			version: 1,
			before: { path: a.path, runs: a.runs.length },
			after: { path: b.path, runs: b.runs.length },
			differences,
			tooSlow: tooSlow.map(({ kind, name }) => `${kind} ${name}`),
		})
	else if (html !== undefined) await writeHtml(html, diffHtml(a, b, differences))
	else {
		const output = new Output()
		output.write(md ? diffMarkdown(a, b, differences) : diffText(a, b, differences, outputWidth(80)))
		await output.flush()
	}
	if (tooSlow.length > 0)
		process.stderr.write(
			`${tooSlow.length === 1 ? 'one is' : `${tooSlow.length} are`} slower by ${threshold} % or more: ${tooSlow.map(({ kind, name }) => `${kind} ${name}`).join(', ')}\n`,
		)
	return tooSlow.length > 0 || a.incomplete || b.incomplete ? 1 : 0
}

/** Each file is a separate run. */
async function sideOf(path: string, flags: KeyFlags): Promise<Side> {
	const runs: RunGroups[] = []
	let incomplete = false
	for (const file of traceFiles([path])) {
		const analyzer = new Analyzer()
		let packets = 0
		const code = await takeTrace(
			[file],
			flags,
			async (batch, reader) => {
				analyzer.take(batch)
				packets = reader.progress.packets
				if (batch.items.length === 0) analyzer.report(reader)
				return Promise.resolve(true)
			},
			false,
		)
		incomplete ||= code !== 0
		if (packets > 0) runs.push(analyzer.run())
	}
	return { path, runs, incomplete }
}
