// Measures the exploration of schedules, beside fast-check's scheduler.
import { fileURLToPath } from 'node:url'
import { run } from './nodes.mjs'

const child = fileURLToPath(new URL('explore-child.mjs', import.meta.url))

const full = { processes: 3, warmup: 1000, slices: 3, slice: 200, cap: 1000 }
const quick = { processes: 1, warmup: 100, slices: 1, slice: 100, cap: 500 }

/**
 * @typedef {object} Found
 * @property {boolean} found
 * @property {number} runs executions until then, or until the time was up
 * @property {number} ms
 */

/**
 * @typedef {object} ExploreRow
 * @property {string} body
 * @property {number} node major version
 * @property {Record<'verify' | 'controlled' | 'fastCheck', number[]>} perSecond executions for each second of
 * processor time, one figure from each process; `controlled` is the part of `verify` that lets one task at a time go on
 * @property {Record<'verify' | 'controlled' | 'fastCheck', Found[]>} finding one from each process, each with another seed
 */

/**
 * @param {NonNullable<ReturnType<import('./nodes.mjs').findNode>>[]} nodes
 * @param {boolean} isQuick
 * @param {(done: number, of: number, what: string) => void} progress
 * @returns {{ plan: typeof full, rows: ExploreRow[] }}
 */
export function measureExplore(nodes, isQuick, progress) {
	const plan = isQuick ? quick : full
	const jobs = Array.from({ length: plan.processes }, (_, i) =>
		nodes.map(node => ({ node, seed: 1000 * (i + 1) })),
	).flat()
	/** @type {Map<string, ExploreRow>} */
	const rows = new Map()
	for (const [i, { node, seed }] of jobs.entries()) {
		progress(i, jobs.length, `exploration, Node ${node.major}`)
		for (const who of /** @type {const} */ (['verify', 'controlled', 'fastCheck'])) {
			for (const { body, finding, perSecond } of JSON.parse(
				run(node.path, [child, who, JSON.stringify({ ...plan, seed })]),
			)) {
				const key = `${body}, ${node.major}`
				const empty = {
					body,
					node: node.major,
					perSecond: { verify: [], controlled: [], fastCheck: [] },
					finding: { verify: [], controlled: [], fastCheck: [] },
				}
				const row = rows.get(key) ?? empty
				rows.set(key, row)
				row.perSecond[who].push(perSecond)
				row.finding[who].push(finding)
			}
		}
	}
	return { plan, rows: [...rows.values()] }
}
