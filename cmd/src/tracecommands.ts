import { type Format, formats } from '@tsgotrace/trace/formats'
import { type Command, Option } from 'commander'
import type { ConvertFlags } from './convert/command.js'
import { exit } from './exit.js'
import type { PrintFlags } from './print.js'
import type { ProfileFlags } from './profile.js'
import type { QueryFlags } from './query/command.js'
import type { SummaryFlags } from './summary/command.js'

const file =
	'trace files, which become one timeline; directories of them, and paths with %p and %t as record takes; - is the standard input'
const keyFile = (): Option => new Option('--key-file <file>', 'the key of encrypted segments; or it stands in TSGOTRACE_KEY')
const events = (): Option => new Option('-e, --events <globs...>', 'only these events, such as hello:*')

/** The subcommands that read traces. */
export function addTraceCommands(program: Command): void {
	program
		.command('print')
		.summary('print the events of a trace, one a line')
		.description(
			'Print the events of a trace, one a line, in order of time over all files and threads. Times are seconds since the start of the trace.',
		)
		.argument('<files...>', file)
		.addOption(events())
		.option('--utc', 'print the time of day instead')
		.option('--json', 'print JSON, one object a line')
		.addOption(keyFile())
		.action(async (paths: string[], options: PrintFlags) => exit(await (await import('./print.js')).printCommand(paths, options)))

	program
		.command('summary')
		.summary('count what is in a trace: events, slices, tracks, losses')
		.description(
			'Count what is in a trace: events with their rates and bytes, slices with the distribution of their durations and the time that no slice within them took (self), the slowest ones with their arguments, how busy each track was, counters, and what was lost. Of a pprof profile, it shows where most was counted.',
		)
		.argument('<files...>', file)
		.option('--by <parameter>', 'tell events and slices apart by an argument, such as route: their own, or of the slice that they are in')
		.option('--slowest <n>', 'how many of the slowest slices to show (default: 5)')
		.option('--json', 'print JSON')
		.addOption(keyFile())
		.action(async (paths: string[], options: SummaryFlags) =>
			exit(await (await import('./summary/command.js')).summaryCommand(paths, options)),
		)

	const convert = program
		.command('convert')
		.summary('convert a trace to the format of another tool')
		.description(
			`Convert a trace to the format of another tool: ${formats.map(({ name, help }) => `${name} (${help})`).join(', ')}. Writes to the standard output; ${sent} are sent to a collector instead, to the one that OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_ZIPKIN_ENDPOINT names.`,
		)
		.argument('<files...>', file)
		.addOption(new Option('-t, --to <format>', 'the format').choices(formats.map(({ name }) => name)).makeOptionMandatory())
		.option('-o, --output <file>', `where to write it; for ${sent} also the URL of a collector`)
		.addOption(events())
	for (const format of formats) for (const option of optionsOf(format)) convert.addOption(option)
	convert
		.addOption(keyFile())
		.action(async (paths: string[], options: ConvertFlags) =>
			exit(await (await import('./convert/command.js')).convertCommand(paths, options)),
		)

	program
		.command('query')
		.summary('run SQL on a trace')
		.description(
			"Run SQL on a trace in SQLite. The tables are events, args, slices, counters, threads, processes, losses, declarations and trace; times are nanoseconds since the start of the trace. With --engine perfetto, in Perfetto's trace processor and on its tables, where that program is installed.",
		)
		.argument('<file>', 'a trace file, a directory of them, or a path with %p and %t as record takes; - is the standard input')
		.argument('<sql>', 'such as "select name, count(*), avg(dur) from slices group by name"')
		.option('--json', 'print JSON, one object a row')
		.addOption(new Option('--engine <name>', "SQLite, or Perfetto's trace processor").choices(['sqlite', 'perfetto']).default('sqlite'))
		.addOption(keyFile())
		.action(async (path: string, sql: string, options: QueryFlags) =>
			exit(await (await import('./query/command.js')).queryCommand(path, sql, options)),
		)

	program
		.command('profile')
		.summary('run a program and profile its trace events, for pprof')
		.description(
			'Run a Node program and count its trace events, by the slices in which they happen, and by the stacks of a part of them; add up numbers among their arguments. The program is not changed, and its exit code and signals are passed on.',
		)
		.argument('<command...>', 'the program and its arguments, after --')
		.option('-o, --output <file>', 'the profile', 'profile.pb.gz')
		.addOption(events())
		.option('--pausable', 'profile pausable events too: the program then waits at each, and its tasks may run in another order')
		.option('-w, --weight <names...>', 'add up the parameters of these names, such as bytes')
		.option(
			'--label <names...>',
			'tell apart by the parameters of these names, such as route: of the event, else of the slices that it is in',
		)
		.option('--stack <n>', 'take the stack of one in so many signals, each standing for all of them')
		.option('--depth <n>', 'how many frames of a stack (default: 16)')
		.option('--quiet', 'print errors only')
		.action(async (command: string[], options: ProfileFlags) => (await import('./profile.js')).profileCommand(command, options))
}

const sent = formats
	.filter(({ isSent }) => isSent)
	.map(({ name }) => name)
	.join(' and ')

function optionsOf({ name, options = [] }: Format): Option[] {
	return options.map(({ flags, help, choices }) => {
		const option = new Option(flags, `${name}: ${help}`)
		return choices === undefined ? option : option.choices(choices)
	})
}
