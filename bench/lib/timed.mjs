// Runs a command and reports its duration and its peak memory.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const report = join(tmpdir(), `tsgotrace-bench-${process.pid}.rss`)
const hasTime = spawnSync('/usr/bin/time', ['-f', '%M', '-o', report, 'true']).status === 0
rmSync(report, { force: true })
const peak = fileURLToPath(new URL('peak.mjs', import.meta.url))

/**
 * GNU time knows the peak of any process. Without it a Node process reports its own; of others nothing is known.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 * @returns {{ ms: number, mb: number | null }}
 */
export function timed(file, args, cwd) {
	const isNode = file === process.execPath
	const [command, ...rest] = hasTime
		? ['/usr/bin/time', '-f', '%M', '-o', report, file, ...args]
		: isNode
			? [file, '--import', peak, ...args]
			: [file, ...args]
	const env = { ...process.env, PEAK_REPORT: report }
	const start = process.hrtime.bigint()
	const { status, error, stderr } = spawnSync(command, rest, {
		cwd,
		env,
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	})
	const ms = Number(process.hrtime.bigint() - start) / 1e6
	if (error) throw error
	if (status !== 0) throw new Error(`${file} ${args.join(' ')}: exit code ${status}\n${stderr}`)
	if (!hasTime && !isNode) return { ms, mb: null }
	const kb = Number(readFileSync(report, 'utf8').trim())
	rmSync(report)
	return { ms, mb: kb / 1024 }
}
