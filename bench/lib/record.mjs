// What recording costs: an event beside what else people use, bytes, dumps, and a web server with and without it.
import { fileURLToPath } from 'node:url'
import { warmMemory } from './memory.mjs'
import { run } from './nodes.mjs'
import { round } from './stats.mjs'
import { versionsOf } from './versions.mjs'

const events = fileURLToPath(new URL('record-child.mjs', import.meta.url))
const server = fileURLToPath(new URL('server-child.mjs', import.meta.url))

/**
 * @param {boolean} quick
 * @param {number | undefined} processes of each Node version
 */
export const recordMethod = (quick, processes) =>
	quick
		? { processes: 1, rounds: 8, warmup: 1000, turns: 12 }
		: { processes: processes ?? 5, rounds: 24, warmup: 25_000, turns: 480 }

/**
 * @param {NonNullable<ReturnType<import('./nodes.mjs').findNode>>[]} nodes
 * @param {ReturnType<typeof recordMethod>} method
 * @param {boolean} quick
 * @param {(done: number, of: number, what: string) => void} progress
 */
export function measureRecord(nodes, method, quick, progress) {
	/** @type {import('./processes.mjs').Row[]} */
	const rows = []
	const sizes = {}
	/** Events a second of the server, of each process. */
	const rates = {}
	const add = (node, spec, ns) => {
		let row = rows.find(other => other.node === node && other.spec === spec)
		if (row === undefined) rows.push((row = { spec, build: 'esm', node, phase: 'recorded', workload: 'mixed', ns: {} }))
		for (const [name, figure] of Object.entries(ns)) (row.ns[name] ??= []).push(round(figure))
	}
	// Processes of a Node version are spread over the whole run, so that a busy minute does not fall on one of them.
	for (let i = 0; i < method.processes; i++)
		for (const [j, { major, path }] of nodes.entries()) {
			progress(i * nodes.length + j, method.processes * nodes.length, `recording, Node ${major}`)
			if (!quick) warmMemory()
			const cost = JSON.parse(run(path, [events, String(method.rounds)]))
			add(major, 'event', cost.ns)
			add(major, 'dump', cost.dump)
			sizes[major] = cost.sizes
			const served = JSON.parse(run(path, [server, String(method.turns), String(method.warmup)]))
			add(major, 'server', served.ns)
			;(rates[major] ??= []).push(served.events)
		}
	return {
		versions: versionsOf(['chrome-trace-event', 'pino', '@opentelemetry/sdk-trace']),
		rows,
		sizes,
		rates,
		measured: method,
	}
}
