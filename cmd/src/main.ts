import { readFileSync } from 'node:fs'
import { Argument, Command, CommanderError } from 'commander'
import { exit } from './exit.js'
import type { GenFlags } from './gen.js'
import type { ListFlags } from './list.js'
import { addLiveCommands } from './live/addcommands.js'
import { addMcpCommand } from './mcp/addcommand.js'
import { addRecordCommand } from './recordcommand.js'
import { addTraceCommands } from './tracecommands.js'
import { addTreeCommand } from './tree/addcommand.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const program = new Command('tsgotrace')
	.description('Static trace events and probes for TypeScript.')
	.version(version, '-V, --version', 'print the version')
	.helpOption('-h, --help', 'print help')
	.helpCommand('help [command]', 'print help for a command')
	.showSuggestionAfterError()
	.exitOverride()
	.configureHelp({ sortSubcommands: false })
	.addHelpText(
		'after',
		`
In a source file:
  //trace:event traceHello(who: string)          declares an event of the package
  //trace:event async traceSaved(id: number)     declares a pausable event
  //trace:import "hello"                         gives access to the events of another package

Exit codes: 0 success; 1 diagnostics with errors, or --check found stale files;
2 wrong usage; 3 a file that must not be overwritten, or an I/O error.`,
	)

program
	.command('gen')
	.summary('generate ztrace.ts for all directories with //trace: directives')
	.description(
		'Generate ztrace.ts beside TypeScript sources with //trace: directives (ztrace_test.ts for test files), and remove generated files that are no longer needed. Files are written only if they change. Searches directories recursively, except node_modules, dot directories, files ignored by git and compiler output.',
	)
	.addArgument(
		new Argument('[paths...]', 'directories to search; a file selects its directory without subdirectories').default(
			['.'],
			'the current directory',
		),
	)
	.option('--check', 'write nothing; fail if a file is missing, out of date or left over')
	.option('--watch', 'generate again whenever a source changes')
	.option('--fix', 'fix the sources where an automatic fix exists, then generate')
	.option(
		'--async <event>',
		'with --fix: declare this event as async, and await it where it is called (may be repeated)',
		(event: string, before: readonly string[] | undefined): readonly string[] | undefined => [...(before ?? []), event],
	)
	.option('--json', 'print the result as JSON')
	.option('--quiet', 'print errors only')
	.action(async (paths: string[], options: GenFlags) =>
		exit(await (await import('./gen.js')).genCommand(paths, options)),
	)

program
	.command('list')
	.summary('list the events of directories or installed packages')
	.description('List the trace events of source directories or installed packages, sorted, one per line.')
	.addArgument(
		new Argument('[targets...]', 'directories, or names of installed packages').default(['.'], 'the current directory'),
	)
	.option('--long', 'include signatures, source locations and doc comments')
	.option('--tests', 'include the events of test files')
	.option('--imports', 'list the //trace:import directives instead, including those of test files')
	.option('--json', 'print JSON')
	.action(async (targets: string[], options: ListFlags) =>
		exit(await (await import('./list.js')).listCommand(targets, options)),
	)

program
	.command('doctor')
	.summary('check that a package is set up to be traced')
	.description(
		'Check that a package is set up for tracing: its exports, the runtime dependency and its copies, lint rules that rewrite directives, tsconfig, test runner, router, scripts, and whether the generated files are current. In a workspace, check all packages that have directives.',
	)
	.addArgument(
		new Argument('[package]', 'a directory, or the name of an installed package').default('.', 'the current directory'),
	)
	.option('--json', 'print JSON')
	.action(async (target: string, options: { json?: boolean }) =>
		exit(await (await import('./doctor.js')).doctorCommand(target, options)),
	)

addRecordCommand(program)
addTraceCommands(program)
addTreeCommand(program)
addLiveCommands(program)
addMcpCommand(program)

for (const command of program.commands) command.exitOverride()

/** Do what the command line says. */
export async function main(): Promise<void> {
	try {
		await program.parseAsync()
	} catch (error) {
		// Commander has printed it.
		if (!(error instanceof CommanderError)) throw error
		exit(error.exitCode === 0 ? 0 : 2)
	}
}
