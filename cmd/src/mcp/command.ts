import { readFileSync, statSync } from 'node:fs'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import { TraceDirectory } from './room.js'

/** Options of `mcp`. */
export interface McpFlags {
	readonly root: string
}

/** `tsgotrace mcp` */
export async function mcpCommand({ root }: McpFlags): Promise<ExitCode> {
	if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
		throw new UsageError(`--root: directory not found: '${root}'`)
	const { version, peerDependencies } = JSON.parse(
		readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
	) as {
		version: string
		peerDependencies: Readonly<Record<string, string>>
	}
	const { serveMcp } = await import('./server.js').catch((error: unknown) => {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
		const sdk = '@modelcontextprotocol/sdk'
		throw new CommandError(
			3,
			`mcp needs ${sdk}, which is not installed with tsgotrace as it is large\n  hint: npm install -D ${sdk}@${peerDependencies[sdk]}`,
		)
	})
	await serveMcp(new TraceDirectory(root), version)
	return 0
}
