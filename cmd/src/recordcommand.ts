import type { Command } from 'commander'
import type { RecordFlags } from './recordflags.js'

/** The subcommand that makes traces. */
export function addRecordCommand(program: Command): void {
	program
		.command('record')
		.summary('run a program and record its trace events')
		.description(
			'Run a program, unchanged, and record its trace events: those of all threads, and of the Node processes that it starts. It ends with the exit code of the program, or by the same signal.',
		)
		.argument('[command...]', 'the program and its arguments, after --')
		.option('-o, --output <file>', 'the trace; compressed if it ends with .gz', 'trace.perfetto-trace')
		.option('-e, --events <globs...>', 'only these events, such as hello:*; !hello/net:* leaves some out')
		.option('--pausable', 'record pausable events too: the program then waits at each, and its tasks may run in another order')
		.option('--sample <rules...>', 'record a part of the signals: [GLOB=]every:N, rate:N (a second), probability:P or overhead:P')
		.option(
			'--redact <rules...>',
			'leave arguments out: [GLOB=]NAME,NAME, a name being one of a parameter or a path such as user.password or *.password; GLOB=* for all of them',
		)
		.option('--max-size <size>', 'keep the last events only, about this many bytes of each thread')
		.option('--ring <size>', 'flight recorder: keep the last events of each thread in memory, and write them at the end')
		.option(
			'--last <duration>',
			'flight recorder: keep the last events of this time, such as 30s, as far as the ring (16MB if --ring is not given) holds them',
		)
		.option('--signal <name>', 'with --ring: the signal on which it is written, or none (default: SIGUSR2)')
		.option('--slow <duration>', 'with --ring: also write them when a slice has taken longer, such as 200ms')
		.option('--quiet', 'print neither progress nor what was recorded')
		.action(async (command: string[], options: RecordFlags) => (await import('./record.js')).recordCommand(command, options))
}
