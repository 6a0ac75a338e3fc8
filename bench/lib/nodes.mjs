// Finds the Node binaries to measure with, and runs them on one processor where that is possible.
import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * @param {number} major
 * @returns {{ major: number, version: string, path: string } | null} null if it cannot be had
 */
export function findNode(major) {
	if (Number(process.versions.node.split('.')[0]) === major)
		return { major, version: process.version, path: process.execPath }
	const found = spawnSync(
		'npx',
		['-y', '-p', `node@${major}`, 'node', '-p', 'process.execPath + " " + process.version'],
		{
			encoding: 'utf8',
		},
	)
	if (found.status !== 0) return null
	const [path, version] = found.stdout.trim().split(' ')
	return { major, version, path }
}

const last = String(availableParallelism() - 1)
const pin = spawnSync('taskset', ['-c', last, 'true']).status === 0 ? ['taskset', '-c', last] : []

/** Whether processes are kept on one processor. */
export const pinned = pin.length > 0

/**
 * Run a script and give back what it prints.
 *
 * @param {string} node
 * @param {string[]} args
 */
export function run(node, args) {
	const [file, ...rest] = [...pin, node, ...args]
	return execFileSync(file, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 })
}
