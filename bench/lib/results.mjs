// Reads what was measured, and derives from it what is reported. All figures are of one process each; the spread is
// over the processes.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.mjs'
import { spread } from './stats.mjs'

export const resultsDir = join(root, 'bench/results')

/** @param {string} [dir] */
export function readResults(dir = resultsDir) {
	const read = name =>
		existsSync(join(dir, `${name}.json`)) ? JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) : null
	return {
		hot: read('hot'),
		peers: read('peers'),
		gen: read('gen'),
		record: read('record'),
		explore: read('explore'),
		traces: read('traces'),
		exec: read('exec'),
	}
}

/**
 * @param {string} dir
 * @param {string} section
 * @param {object} result
 */
export function writeResult(dir, section, result) {
	const path = join(dir, `${section}.json`)
	writeFileSync(path, JSON.stringify(result))
	// One figure a line would be thousands of lines.
	const { status } = spawnSync('npx', ['biome', 'format', '--write', '--vcs-enabled=false', path], {
		cwd: root,
		stdio: 'ignore',
	})
	if (status !== 0) console.error(`${path} is not formatted`)
}

/**
 * The row of a section, of never attached events in the hash function as ES modules unless said otherwise.
 *
 * @param {{ rows: import('./processes.mjs').Row[] } | null} section
 * @param {Partial<import('./processes.mjs').Row>} wanted
 * @returns {import('./processes.mjs').Row | undefined}
 */
export function find(section, wanted) {
	const where = { build: 'esm', phase: 'never', workload: 'hash', ...wanted }
	return section?.rows.find(row => Object.entries(where).every(([key, value]) => row[key] === value))
}

/**
 * The row of a body that was explored.
 *
 * @param {{ rows: import('./explore.mjs').ExploreRow[] } | null} section
 * @param {{ body: string, node: number }} wanted
 * @returns {import('./explore.mjs').ExploreRow | undefined}
 */
export const findExplored = (section, { body, node }) =>
	section?.rows.find(row => row.body === body && row.node === node)

/**
 * How many times as many schedules a second we execute as fast-check does.
 * @param {import('./explore.mjs').ExploreRow} row
 */
export const faster = row => spread(row.perSecond.verify.map((rate, i) => rate / row.perSecond.fastCheck[i]))

/** How many times as long `a` takes as `b`. */
export const ratio = (row, a, b) => spread(row.ns[a].map((ns, i) => ns / row.ns[b][i]))

/** How many ns longer `a` takes than `b`. */
export const more = (row, a, b) => spread(row.ns[a].map((ns, i) => ns - row.ns[b][i]))

/**
 * How many times as much `a` adds to `base` as `b` does. What adds less than 0.05 ns counts as 0.05: it cannot be
 * distinguished from nothing.
 */
export const addsTimes = (row, a, b, base = 'none') =>
	spread(row.ns[a].map((ns, i) => (ns - row.ns[base][i]) / Math.max(0.05, row.ns[b][i] - row.ns[base][i])))
