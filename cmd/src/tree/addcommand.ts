import { type Command, Option } from 'commander'
import { exit } from '../exit.js'
import type { TreeFlags } from './command.js'

/** The subcommand `tree`. */
export function addTreeCommand(program: Command): void {
	program
		.command('tree')
		.summary('show what a process waits for: its suspended async functions')
		.description(
			'Show what a process waits for: all suspended async functions, what each awaits, and who could resume it, from a heap snapshot. Chains that are the same are shown once, with their number.',
		)
		.argument('<source>', 'a .heapsnapshot file')
		.option('--all', "with Node's own suspended functions that none of the program waits for")
		.addOption(new Option('--json', 'print JSON').conflicts('md'))
		.option('--md', 'print Markdown')
		.option('--limit <n>', 'how many kinds of chains to show (default: all)')
		.action(async (source: string, options: TreeFlags) => exit(await (await import('./command.js')).treeCommand(source, options)))
}
