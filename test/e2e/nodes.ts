import { tmpdir } from 'node:os'
import { run } from './run.js'

/** Major versions of Node that we support. */
export const nodeVersions = ['20', '22', '24', '26'] as const

const own = process.versions.node.split('.')[0]!

/** Path of a Node of major version `version`. npm fetches it if it is not this one and was never used before. */
export async function nodeOf(version: string): Promise<string> {
	if (version === own) return process.execPath
	return (await run('npx', ['-y', '--prefer-offline', '-p', `node@${version}`, 'node', '-p', 'process.execPath'], tmpdir())).trim()
}
