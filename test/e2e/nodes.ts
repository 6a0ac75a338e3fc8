import { tmpdir } from 'node:os'
import { run } from './run.js'

/** Major versions of Node that we support. */
export const nodeVersions = ['20', '22', '24', '26'] as const

const own = process.versions.node.split('.')[0]!

const found = new Map<string, Promise<string>>()

/** Path of a Node of major version `version`. npm fetches it if it is not this one and was never used before. */
export function nodeOf(version: string): Promise<string> {
	let path = found.get(version)
	// Each question takes half a second.
	if (path === undefined)
		found.set(version, (path = version === own ? Promise.resolve(process.execPath) : ask(version)))
	return path
}

async function ask(version: string): Promise<string> {
	return (
		await run('npx', ['-y', '--prefer-offline', '-p', `node@${version}`, 'node', '-p', 'process.execPath'], tmpdir())
	).trim()
}
