// What following tasks costs, as text.
import { fineTimes, markdownTable, ns } from './format.mjs'
import { quantile, spread } from './stats.mjs'
import { table, versionsText } from './tables.mjs'

/** The measurements of following tasks, in the order of the report. */
const execRows = [
	['Nothing recorded, once more: what the method itself takes for a difference', 'again'],
	['Tasks, regions, requests', 'tasks'],
	['… and their states, `coarse`', 'coarse'],
	['… and their states, `exact`', 'exact'],
	['… with wakes', 'wakes'],
	['… and CPU samples each 10 ms', 'cpu'],
	['A hook of `async_hooks` that notes times in a ring', 'asyncHooks'],
	["Node's trace events, `node.async_hooks`", 'traceEvents'],
]

/** @param {{ nodes: { major: number }[], rows: import('./processes.mjs').Row[], bytes: Record<string, Record<string, number[]>>, measured: { processes: number, rounds: number, turn: number }, versions: any }} exec */
export function execText(exec) {
	const { measured, nodes, bytes } = exec
	const of = (title, spec, value) => [title, { spec, phase: 'recorded', workload: 'mixed' }, value]
	const known = name => row => (row.ns[name] === undefined ? '' : fineTimes(spread(row.ns[name])))
	const ratios = spec => [
		of('Nothing recorded, ns', spec, row => ns(spread(row.ns.off))),
		...execRows
			.filter(([, name]) => spec === 'execServer' || exec.rows.some(row => row.spec === spec && row.ns[name] !== undefined))
			.map(([title, name]) => of(title, spec, known(name))),
	]
	const milliseconds = name => row => (row.ns[name] === undefined ? '' : (quantile(row.ns[name], 0.5) / 1e6).toFixed(1))
	const imported = [
		['An empty module: what Node takes', 'empty'],
		['`@tsgotrace/runtime`', 'runtime'],
		['`@tsgotrace/exec`, with the runtime', 'exec'],
		['`@tsgotrace/exec/control`, with the recorder', 'control'],
	].map(([title, name]) => of(title, 'execImport', milliseconds(name)))
	const sizes = execRows
		.filter(([, name]) => nodes.some(({ major }) => bytes[major]?.[name] !== undefined))
		.map(([title, name]) => [
			title,
			...nodes.map(({ major }) => (bytes[major]?.[name] === undefined ? '' : String(quantile(bytes[major][name], 0.5)))),
		])
	return `## Following tasks

A fastify server whose requests have 27 awaits, two turns of the loop, a file and five regions, and eight clients that ask as fast as it answers. ${measured.processes} process(es) of each
Node version: in each, all rows run in alternating turns of ${measured.turn} requests, ${measured.rounds} of each. Processor time of a request, of all threads, as a multiple of that with nothing
recorded. ${versionsText(exec.versions)}.

${table(exec, 'Processor time of a request', ratios('execServer'))}

${markdownTable(['Bytes a request', ...nodes.map(({ major }) => `Node ${major}`)], sizes)}

A task that does nothing but await, three calls deep: the worst case.

${table(exec, 'Processor time of an await', ratios('execLoop'))}

The first import in a process, in milliseconds of the processor.

${table(exec, 'Import', imported)}
`
}
