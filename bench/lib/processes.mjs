// Runs specs: one process for each spec, build, Node version and repetition. Repetitions are spread over the whole run,
// so that a busy minute of the machine does not fall on one row.
import { fileURLToPath } from 'node:url'
import { entryPath } from './build.mjs'
import { run } from './nodes.mjs'

const child = fileURLToPath(new URL('child.mjs', import.meta.url))

/**
 * @typedef {object} Row
 * @property {string} spec
 * @property {string} build
 * @property {number} node major version
 * @property {string} phase
 * @property {string} workload
 * @property {Record<string, number[]>} ns of each function, one figure from each process
 */

/** The hash function in the phases in which no probe is attached to its event, nor ever was. */
const ownQuiet = spec =>
	spec.phases.map(([phase]) => [phase, ['hash']]).filter(([phase]) => phase === 'never' || phase === 'other')

const repeat = (times, list) => Array.from({ length: times }, () => list).flat()

/**
 * @param {string} dir of the built fixture
 * @param {import('./specs.mjs').Spec[]} specs
 * @param {NonNullable<ReturnType<import('./nodes.mjs').findNode>>[]} nodes
 * @param {{ processes: number, places: number, warmup: number, batches: number, batch: number }} method
 * @param {(done: number, of: number, what: string) => void} progress
 * @returns {Row[]}
 */
export function measure(dir, specs, nodes, method, progress) {
	const once = specs.flatMap(spec =>
		spec.builds.flatMap(build => nodes.map(node => ({ spec, build, node, phases: spec.phases }))),
	)
	const places = once.filter(({ spec }) => spec.places).map(job => ({ ...job, phases: ownQuiet(job.spec) }))
	const jobs = [...repeat(method.processes, once), ...repeat(method.places, places)]
	/** @type {Map<string, Row>} */
	const rows = new Map()
	for (const [i, { spec, build, node, phases }] of jobs.entries()) {
		progress(i, jobs.length, `${spec.name}, ${build}, Node ${node.major}`)
		const plan = {
			functions: spec.functions,
			phases,
			warmup: method.warmup,
			batches: method.batches,
			batch: method.batch,
		}
		for (const { phase, workload, ns } of JSON.parse(
			run(node.path, [child, entryPath(dir, build, spec.name), JSON.stringify(plan)]),
		)) {
			const key = [spec.name, build, node.major, phase, workload].join()
			const row = rows.get(key) ?? { spec: spec.name, build, node: node.major, phase, workload, ns: {} }
			rows.set(key, row)
			for (const name of spec.functions) (row.ns[name] ??= []).push(ns[name])
		}
	}
	return [...rows.values()]
}
