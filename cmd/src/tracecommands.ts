import { type Command, Option } from 'commander'
import { exit } from './exit.js'
import type { PrintFlags } from './print.js'
import type { SummaryFlags } from './summary.js'

const file = 'a trace file, packed by gzip or not; - is the standard input'
const events = (): Option => new Option('-e, --events <globs...>', 'only these events, such as hello:*')

/** The subcommands that read traces. */
export function addTraceCommands(program: Command): void {
	program
		.command('print')
		.summary('print the events of a trace, one a line')
		.description(
			'Print the events of a trace, one a line, as they stand in the file: those of one thread are in order of time, those of several threads interleave in pieces. Times are seconds since the start of the trace.',
		)
		.argument('<file>', file)
		.addOption(events())
		.option('--utc', 'print the time of day instead')
		.option('--json', 'print JSON, one object a line')
		.action(async (path: string, options: PrintFlags) => exit(await (await import('./print.js')).printCommand(path, options)))

	program
		.command('summary')
		.summary('count what is in a trace: events, slices, tracks, losses')
		.description(
			'Count what is in a trace: events with their rates and bytes, slices with the distribution of their durations, how busy each track was, counters, and what was lost.',
		)
		.argument('<file>', file)
		.option('--json', 'print JSON')
		.action(async (path: string, options: SummaryFlags) => exit(await (await import('./summary.js')).summaryCommand(path, options)))
}
