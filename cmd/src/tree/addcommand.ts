import { type Command, Option } from 'commander'
import { exit } from '../exit.js'
import type { TreeFlags } from './command.js'

/** The subcommand `tree`. */
export function addTreeCommand(program: Command): void {
	program
		.command('tree')
		.summary('show what a process waits for: its suspended async functions')
		.description(
			'Show what a process waits for: all suspended async functions, what each awaits, and who could resume it. Chains that are the same are shown once, with their number. A process with a control socket that follows tasks says what they wait for, without stopping. Of any other live process, which needs no preparation, a heap snapshot is taken: that stops it for a second for each 8 MB of its heap, and is refused where it would take long or need much memory.',
		)
		.argument(
			'<sources...>',
			'the pid of a Node process, a .heapsnapshot file, the address of an inspector such as 127.0.0.1:9229, or what --json has printed',
		)
		.option('--diff', 'compare two sources, an earlier and a later one: what waits in both')
		.option('--all', "with Node's own suspended functions that none of the program waits for")
		.option(
			'--snapshot',
			'take a snapshot of a process that was prepared, though it could say what its tasks wait for without stopping',
		)
		.option(
			'--values',
			'with arguments and variables of one call of each kind, from a running process; what is often secret is left out by its name',
		)
		.option('--yes', 'take a snapshot even if that stops the process for long, or may need more memory than there is')
		.addOption(new Option('--json', 'print JSON').conflicts(['md', 'html']))
		.addOption(new Option('--md', 'print Markdown').conflicts('html'))
		.option('--html <file>', 'write a page to a file; - is the standard output')
		.option('--limit <n>', 'how many kinds of chains to show (default: all)')
		.action(async (sources: string[], options: TreeFlags) =>
			exit(await (await import('./command.js')).treeCommand(sources, options)),
		)
}
