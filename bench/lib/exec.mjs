// What following tasks and their states costs: a web server, and a loop that does nothing but await.
import { fileURLToPath } from 'node:url'
import { run } from './nodes.mjs'
import { round } from './stats.mjs'
import { versionsOf } from './versions.mjs'

const server = fileURLToPath(new URL('exec-child.mjs', import.meta.url))
const loop = fileURLToPath(new URL('exec-loop-child.mjs', import.meta.url))
const importer = fileURLToPath(new URL('import-child.mjs', import.meta.url))
/**
 * What is imported, in a process each: an empty module, what each program with events has, and that with the execution
 * on top.
 */
const imports = {
	empty: [],
	runtime: ['@tsgotrace/runtime'],
	exec: ['@tsgotrace/exec'],
	control: ['@tsgotrace/exec/control'],
}

/**
 * @param {boolean} quick
 * @param {number | undefined} processes of each Node version
 */
export const execMethod = (quick, processes) =>
	quick
		? { processes: 1, rounds: 2, turn: 60, warmup: 100, loop: 4, imports: 2 }
		: { processes: processes ?? 3, rounds: 10, turn: 1000, warmup: 15_000, loop: 12, imports: 3 }

/**
 * @param {NonNullable<ReturnType<import('./nodes.mjs').findNode>>[]} nodes
 * @param {ReturnType<typeof execMethod>} method
 * @param {(done: number, of: number, what: string) => void} progress
 */
export function measureExec(nodes, method, progress) {
	/** @type {import('./processes.mjs').Row[]} */
	const rows = []
	/** Bytes that a request takes, as they are written and compressed, by Node version and kind, of each process. */
	const bytes = { raw: {}, gzip: {} }
	const add = (node, spec, ns) => {
		let row = rows.find(other => other.node === node && other.spec === spec)
		if (row === undefined) rows.push((row = { spec, build: 'esm', node, phase: 'recorded', workload: 'mixed', ns: {} }))
		for (const [name, figure] of Object.entries(ns)) (row.ns[name] ??= []).push(round(figure))
	}
	// Processes of a Node version are spread over the whole run, so that a busy minute does not fall on one of them.
	for (let i = 0; i < method.processes; i++)
		for (const [j, { major, path }] of nodes.entries()) {
			progress(i * nodes.length + j, method.processes * nodes.length, `following tasks, Node ${major}`)
			const served = JSON.parse(run(path, [server, ...[method.rounds, method.turn, method.warmup].map(String)]))
			add(major, 'execServer', served.ns)
			for (const [how, sizes] of Object.entries(bytes))
				for (const [kind, size] of Object.entries(served[how]))
					((sizes[major] ??= {})[kind] ??= []).push(Math.round(size))
			add(major, 'execLoop', JSON.parse(run(path, [loop, String(method.loop)])).ns)
			for (let round = 0; round < method.imports; round++)
				for (const [name, specifier] of Object.entries(imports))
					add(major, 'execImport', { [name]: Number(run(path, [importer, ...specifier])) })
		}
	return {
		versions: versionsOf(['fastify', '@opentelemetry/sdk-trace', '@opentelemetry/instrumentation-http']),
		rows,
		bytes,
		measured: method,
	}
}
