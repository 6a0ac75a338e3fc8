import { formats } from '@tsgotrace/trace/formats'
import { type Command, Option } from 'commander'
import { defaultOutput } from './defaultoutput.js'
import { exit, UsageError } from './exit.js'
import type { RecordPidFlags } from './live/record.js'
import type { RecordFlags } from './recordflags.js'

/** The subcommand that records traces. */
export function addRecordCommand(program: Command): void {
	program
		.command('record')
		.summary('run a program, or take one that runs, and record its trace events')
		.description(
			'Run an unchanged program and record the trace events of all its threads and of the Node processes that it starts. The exit code is that of the program; if a signal ends the program, the same signal ends this command. With --pid, record a process that runs already, which needs no preparation, until a limit or Ctrl-C ends the recording. With --exec too, @tsgotrace/exec is loaded into it, and stays there.',
		)
		.argument('[command...]', 'the program and its arguments, after --')
		.option('-o, --output <file>', 'the trace file; compressed if its name ends with .gz', defaultOutput)
		.addOption(
			new Option(
				'--format <name>',
				'convert the trace at the end, such as to go for go tool trace; the default name of the file is that of the format then',
			).choices(['perfetto', ...formats.map(({ name }) => name)]),
		)
		.option('-e, --events <globs...>', 'only events that match, such as hello:*; !hello/net:* excludes events')
		.option(
			'--exec [level]',
			'also record the execution of the program: tasks (requests, garbage collections, event loop, memory, workers), states (who runs when, waits, wakes too), all (stalls and CPU samples too), or auto: what this Node can (the default)',
		)
		.option(
			'--sample-tasks <rule>',
			'with --exec: record only a part of the tasks, with all that belongs to them: every:N, rate:N (per second), probability:P (such as 10%), none; optionally ,atleast:N (per second of each name)',
		)
		.option(
			'--tasks-of <list>',
			'with --exec: what is a task by itself: some of requests,calls,main,timers,messages,signals, or none (default: all)',
		)
		.option(
			'--budget <share>',
			'with --exec: what following tasks may cost, as a share of the busy time, such as 5%; above it, states are followed less exactly, then not at all, then no tasks are recorded',
		)
		.option(
			'--pausable',
			'also record pausable events: the program then waits at each, and its tasks may run in a different order',
		)
		.option(
			'--sample <rules...>',
			'record only a part of the events: [GLOB=]every:N, rate:N (per second), probability:P or overhead:P (share of the time)',
		)
		.option(
			'--redact <rules...>',
			'omit arguments: [GLOB=]NAME,NAME, where NAME is a parameter or a path such as user.password or *.password; GLOB=* omits all',
		)
		.option('--max-size <size>', 'keep only the last events, about this many bytes per thread')
		.option(
			'--ring <size>',
			'flight recorder: keep the last events of each thread in memory of this size, and write them at the end',
		)
		.option(
			'--last <duration>',
			'flight recorder: write only events of this last period, such as 30s, as far as the ring holds them (16MB if --ring is not given)',
		)
		.option('--signal <name>', 'with --ring: write the ring on this signal, or on none (default: SIGUSR2)')
		.option('--slow <duration>', 'with --ring: also write the ring when a slice takes longer than this, such as 200ms')
		.option(
			'--watch [width]',
			'while the program runs, show what its tasks and slices do, and what is unusual: a table in windows of a second, or of this width such as 5s; in a pipe a line for each',
		)
		.option(
			'--open',
			'while the program runs, show the page of the recording in a browser, as view --open does of a file; it reads on',
		)
		.option('--quiet', 'print neither progress nor the final report')
		.option('--pid <pid>', 'record this running process; tsgotrace ps lists those that can be')
		.option('--for <duration>', 'with --pid: how long (default: 10s)')
		.option('--max-events <n>', 'with --pid: end at so many events (default: 1000000)')
		.option('--max-bytes <size>', 'with --pid: end when the trace of a thread has this size (default: 256MB)')
		.option('--max-rate <n>', 'with --pid: end when a thread records more events a second (default: 50000)')
		.action(async (command: string[], options: RecordFlags & Partial<RecordPidFlags>) => {
			if (isOfProcess(options)) exit(await (await import('./live/record.js')).recordPidCommand(command, options))
			else await (await import('./record.js')).recordCommand(command, options)
		})
}

/** @throws UsageError for limits of what has none */
function isOfProcess(options: RecordFlags & Partial<RecordPidFlags>): options is RecordPidFlags {
	if (options.pid !== undefined) {
		if (options.open === true)
			throw new UsageError('--open is for a program that is started: with --pid, open the trace with view --open')
		return true
	}
	for (const name of ['for', 'maxEvents', 'maxBytes', 'maxRate'] as const)
		if (options[name] !== undefined)
			throw new UsageError(
				`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} is a limit of --pid: give that too`,
			)
	return false
}
