import type { Command } from 'commander'
import { exit } from '../exit.js'
import type { McpFlags } from './command.js'

/** The subcommand `mcp`. */
export function addMcpCommand(program: Command): void {
	program
		.command('mcp')
		.summary('answer the questions of an agent (Model Context Protocol)')
		.description(
			'Answer the questions of an agent about traces and running Node processes, over standard input and output, by the Model Context Protocol: processes, traces, analyses, findings, critical paths, comparisons, events, await trees. Nothing is changed, and no code is executed. It needs the package @modelcontextprotocol/sdk beside tsgotrace.',
		)
		.option('--root <directory>', 'only files in this directory can be asked about', '.')
		.action(async (options: McpFlags) => exit(await (await import('./command.js')).mcpCommand(options)))
}
