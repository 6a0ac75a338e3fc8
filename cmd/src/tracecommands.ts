import { profileKinds } from '@tsgotrace/trace/analyze/profilekinds'
import { type Format, formats } from '@tsgotrace/trace/formats'
import { type Command, Option } from 'commander'
import type { AnalyzeFlags } from './analyze/command.js'
import type { ConvertFlags } from './convert/command.js'
import type { DiffFlags } from './diff/flags.js'
import { exit } from './exit.js'
import type { PrintFlags } from './print.js'
import type { ProfileFlags } from './profile.js'
import type { QueryFlags } from './query/command.js'
import type { SummaryFlags } from './summary/command.js'
import type { ViewFlags } from './view/command.js'

const file =
	'trace files, which become one timeline; directories of trace files; paths with %p and %t as given to record; - for standard input'
const keyFile = (): Option =>
	new Option(
		'--key-file <file>',
		'a file with the key of encrypted segments; without it, the key is read from TSGOTRACE_KEY',
	)
const events = (): Option => new Option('-e, --events <globs...>', 'only events that match, such as hello:*')

/** The subcommands that read traces. */
export function addTraceCommands(program: Command): void {
	program
		.command('print')
		.summary('print the events of a trace, one per line')
		.description(
			'Print the events of a trace, one per line, sorted by time across all files and threads. Times are seconds since the start of the trace.',
		)
		.argument('<files...>', file)
		.addOption(events())
		.option('--utc', 'print the time of day instead')
		.option('--json', 'print JSON, one object per line')
		.addOption(keyFile())
		.action(async (paths: string[], options: PrintFlags) =>
			exit(await (await import('./print.js')).printCommand(paths, options)),
		)

	program
		.command('summary')
		.summary('show statistics of a trace: events, slices, tracks, losses')
		.description(
			'Show statistics of a trace: events with rates and bytes, slices with the distribution of their durations and their own time without nested slices (self), the slowest slices with their arguments, how busy each track was, counters, and losses. For a pprof profile, show where most was counted.',
		)
		.argument('<files...>', file)
		.option(
			'--by <parameter>',
			'group events and slices by an argument, such as route: their own, or that of the slice that contains them',
		)
		.option('--slowest <n>', 'how many of the slowest slices to show (default: 5)')
		.option('--json', 'print JSON')
		.addOption(keyFile())
		.action(async (paths: string[], options: SummaryFlags) =>
			exit(await (await import('./summary/command.js')).summaryCommand(paths, options)),
		)

	program
		.command('analyze')
		.summary('analyze a trace: tasks, waits, threads, what is wrong')
		.description(
			'Analyze a trace: how long tasks, calls, regions and slices took, how many were open at once, what failed, what threads did, how complete the trace is; and findings, each with its evidence, how sure it is (proved, measured, suspected) and a command that looks closer.',
		)
		.argument('<files...>', file)
		.option('--json', 'print JSON')
		.option('--md', 'print Markdown of at most 4 kB, for a pull request')
		.option('--task <id>', 'show why the task with this id took as long as it did')
		.option('--slow <name>', 'show why the slowest task of this name took as long as it did')
		.option('--quantile <p>', 'with --slow: why the task at this quantile did, such as p99')
		.addOption(
			new Option(
				'--profile <state>',
				'write the time of tasks in a state as a profile for pprof, by task and place',
			).choices(profileKinds),
		)
		.option('-o, --output <file>', 'the file of the profile (default: the state, with .pb.gz)')
		.addOption(keyFile())
		.action(async (paths: string[], options: AnalyzeFlags) =>
			exit(await (await import('./analyze/command.js')).analyzeCommand(paths, options)),
		)

	program
		.command('diff')
		.summary('compare two traces: what became slower')
		.description(
			'Compare the durations of tasks, calls, regions and slices in two traces: p50 and p99 with confidence intervals, and what the change of the mean consists of. With all intervals together, the chance is 1 % that something is called slower or faster though nothing changed. Of two schedules that tracetest has written (TRACETEST_TRACE=a.json), show side by side where they part.',
		)
		.argument(
			'<before>',
			'a trace file, or a schedule of tracetest; or a directory or a path with %p, in which each file is one of several runs',
		)
		.argument('<after>', 'the same')
		.option('--threshold <percent>', 'exit with 1 if something is slower for certain, by at least this much')
		.option('--json', 'print JSON')
		.option('--md', 'print Markdown of at most 4 kB, for a pull request')
		.option('--html <file>', 'write a page to a file; - is the standard output')
		.addOption(keyFile())
		.action(async (before: string, after: string, options: DiffFlags) =>
			exit(await (await import('./diff/command.js')).diffCommand(before, after, options)),
		)

	const convert = program
		.command('convert')
		.summary('convert a trace to the format of another tool')
		.description(
			`Convert a trace to the format of another tool: ${formats.map(({ name, help }) => `${name} (${help})`).join(', ')}. Writes to the standard output, except that ${sent} are sent to the collector in OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_ZIPKIN_ENDPOINT.`,
		)
		.argument('<files...>', file)
		.addOption(
			new Option('-t, --to <format>', 'the format').choices(formats.map(({ name }) => name)).makeOptionMandatory(),
		)
		.option('-o, --output <file>', `where to write it; for ${sent} also the URL of a collector`)
		.option('--where <conditions>', "only tasks that match, and what belongs to them: 'task=GET /item* and wall>200ms'")
		.addOption(events())
	for (const format of formats) for (const option of optionsOf(format)) convert.addOption(option)
	convert
		.addOption(keyFile())
		.action(async (paths: string[], options: ConvertFlags) =>
			exit(await (await import('./convert/command.js')).convertCommand(paths, options)),
		)

	program
		.command('view')
		.summary('look at a trace in the browser')
		.description(
			'Show a trace as a page: a timeline of threads, slices, tasks and counters, with sums of any range of time. Serves it on this machine until interrupted, and the page loads again when the files change; or writes it to one HTML file, which needs no server and no network. Without files, the page shows those that are dropped onto it.',
		)
		.argument('[files...]', file)
		.option('-o, --output <file>', 'write the page to a file')
		.option(
			'--with-trace',
			'with --output: embed the trace file too, so that the page can save it or hand it to Perfetto',
		)
		.option('--open', 'open the page in the browser')
		.option('--port <n>', 'the port to serve it on (default: a free one)')
		.addOption(keyFile())
		.action(async (paths: string[], options: ViewFlags) =>
			exit(await (await import('./view/command.js')).viewCommand(paths, options)),
		)

	program
		.command('query')
		.summary('run SQL on a trace')
		.description(
			"Run SQL on a trace in SQLite. The tables are events, args, slices, counters, threads, processes, losses, declarations and trace; times are nanoseconds since the start of the trace. --engine perfetto uses Perfetto's trace processor and its tables instead; that program must be installed.",
		)
		.argument(
			'<file>',
			'a trace file, a directory of trace files, or a path with %p and %t as given to record; - for standard input',
		)
		.argument('<sql>', 'such as "select name, count(*), avg(dur) from slices group by name"')
		.option('--json', 'print JSON, one object per row')
		.addOption(
			new Option('--engine <name>', "SQLite, or Perfetto's trace processor")
				.choices(['sqlite', 'perfetto'])
				.default('sqlite'),
		)
		.addOption(keyFile())
		.action(async (path: string, sql: string, options: QueryFlags) =>
			exit(await (await import('./query/command.js')).queryCommand(path, sql, options)),
		)

	program
		.command('profile')
		.summary('run a program and profile its trace events, for pprof')
		.description(
			'Run an unchanged Node program and count its trace events, by the slices in which they happen and by the stacks of a sample of them, and sum up numeric arguments. The exit code is that of the program; signals are forwarded to it.',
		)
		.argument('<command...>', 'the program and its arguments, after --')
		.option('-o, --output <file>', 'the profile', 'profile.pb.gz')
		.addOption(events())
		.option(
			'--pausable',
			'also profile pausable events: the program then waits at each, and its tasks may run in a different order',
		)
		.option('-w, --weight <names...>', 'sum up the parameters with these names, such as bytes')
		.option(
			'--label <names...>',
			'group by the parameters with these names, such as route: those of the event, otherwise of the slices that contain it',
		)
		.option('--stack <n>', 'capture the stack of one in n events, which counts for all n')
		.option('--depth <n>', 'frames per stack (default: 16)')
		.option('--quiet', 'print errors only')
		.action(async (command: string[], options: ProfileFlags) =>
			(await import('./profile.js')).profileCommand(command, options),
		)
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
