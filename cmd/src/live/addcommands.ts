import type { Command } from 'commander'
import { exit } from '../exit.js'
import type { PsFlags } from './ps.js'
import type { SetFlags } from './set.js'
import type { TopFlags } from './top.js'

const pid = 'the pid of a Node process of yours; tsgotrace ps lists them'

/** The subcommands that look into running processes; `record --pid` is one of `record`. */
export function addLiveCommands(program: Command): void {
	program
		.command('ps')
		.summary('list running Node processes, and how each can be traced')
		.description(
			'List the running Node processes of this user with their version, and how each can be traced: by its control socket, which @tsgotrace/live/register opens, by attaching through its inspector, or why not.',
		)
		.option('--json', 'print JSON')
		.action(async (options: PsFlags) => exit(await (await import('./ps.js')).psCommand(options)))

	program
		.command('top')
		.summary('show rates and durations of a running process, live')
		.description(
			'Show how often the events, slices and tasks of a running process happen, and how long slices and tasks take. It is counted in the process, which needs no preparation. On a terminal the table is renewed until Ctrl-C; in a pipe one table is printed.',
		)
		.argument('<pid>', pid)
		.option('-e, --events <globs...>', 'only events that match, such as hello:*; !hello/net:* excludes events')
		.option('--every <duration>', 'how long a table counts', '1s')
		.option('--for <duration>', 'end after this time (default: 10 minutes on a terminal, one table in a pipe)')
		.option('--limit <n>', 'how many rows to show', '20')
		.option('--json', 'print JSON, a table a line')
		.action(async (process: string, options: TopFlags) =>
			exit(await (await import('./top.js')).topCommand(process, options)),
		)

	program
		.command('set')
		.summary('show or change how a running process samples tasks')
		.description(
			'Show or change which tasks of @tsgotrace/exec a running process records, and what following them may cost. A change ends with this command, also when that is killed, unless --keep leaves it. A process with a control socket allows it only if it was prepared with maySet.',
		)
		.argument('<pid>', pid)
		.option(
			'--sample-tasks <rule>',
			'record a part of the tasks: all, none, every:N, rate:N (per second) or probability:P; optionally ,atleast:N',
		)
		.option('--budget <share>', 'what following tasks may cost, as a share of the busy time, such as 5%; or none')
		.option('--for <duration>', 'how long the change holds (default: until Ctrl-C)')
		.option('--keep', 'leave the change when the command ends')
		.action(async (process: string, options: SetFlags) =>
			exit(await (await import('./set.js')).setCommand(process, options)),
		)

	program
		.command('dump')
		.summary('write what the flight recorders of a running process hold')
		.description(
			'Write what the flight recorders of a running process hold to a trace file: those that record({ to: { ring } }) or startTrace has started. They go on.',
		)
		.argument('<pid>', pid)
		.option('-o, --output <file>', 'the trace file; compressed if its name ends with .gz', 'dump.perfetto-trace')
		.option('--quiet', 'do not print the final report')
		.action(async (process: string, options: { output: string; quiet?: boolean }) =>
			exit(await (await import('./dump.js')).dumpCommand(process, options)),
		)
}
