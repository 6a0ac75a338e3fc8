// What following tasks costs, as text.
import { fineTimes, markdownTable, ns } from './format.mjs'
import { quantile, spread } from './stats.mjs'
import { table, versionsText } from './tables.mjs'

/** The measurements of following tasks, in the order of the report. */
const execRows = [
	['Nothing recorded, once more: what the method itself takes for a difference', 'again'],
	['Tasks, regions, requests', 'tasks'],
	['The same in a ring of 4 MiB', 'ring'],
	['— of which Node takes, with functions that do nothing', 'tasksFloor'],
	['Tasks and their states, `coarse`', 'coarse'],
	['Tasks and their states, `exact`', 'exact'],
	['— of which Node takes, with functions that do nothing', 'exactFloor'],
	['… with wakes', 'wakes'],
	['— of which Node takes, with functions that do nothing', 'wakesFloor'],
	['… and CPU samples each 10 ms', 'cpu'],
	['— of which Node takes, with functions that do nothing', 'cpuFloor'],
	['States, and stalls with samples each 5 ms', 'stalls'],
	['A hook of `async_hooks` that notes times in a ring', 'asyncHooks'],
	['OpenTelemetry: the SDK, its instrumentation of http, and five spans', 'openTelemetry'],
	["Node's trace events, `node.async_hooks`", 'traceEvents'],
]

/** At most this many times as much as with nothing recorded. */
const limits = {
	execServer: { tasks: 1.03, ring: 1.02, exact: 1.1, wakes: 1.15, cpu: 1.2 },
	execLoop: { coarse: 1.08, exact: 1.8 },
}
const withLimit = (title, limit) => (limit === undefined ? title : `${title} (limit ${limit.toFixed(2)})`)

/**
 * @param
 * {{ nodes: { major: number }[], rows: import('./processes.mjs').Row[], bytes: Record<'raw' | 'gzip', Record<string, Record<string, number[]>>>, measured: { processes: number, rounds: number, turn: number }, versions: any }}
 * exec
 */
export function execText(exec) {
	const { measured, nodes, bytes } = exec
	const of = (title, spec, value) => [title, { spec, phase: 'recorded', workload: 'mixed' }, value]
	const known = name => row => (row.ns[name] === undefined ? '' : fineTimes(spread(row.ns[name])))
	const ratios = spec => [
		of('Nothing recorded, ns', spec, row => ns(spread(row.ns.off))),
		...execRows
			.filter(
				([, name]) => spec === 'execServer' || exec.rows.some(row => row.spec === spec && row.ns[name] !== undefined),
			)
			.map(([title, name]) => of(withLimit(title, limits[spec][name]), spec, known(name))),
	]
	const milliseconds = name => row => (row.ns[name] === undefined ? '' : (quantile(row.ns[name], 0.5) / 1e6).toFixed(1))
	const imported = [
		['An empty module: what Node takes', 'empty'],
		['`@tsgotrace/runtime`', 'runtime'],
		['`@tsgotrace/exec`, with the runtime', 'exec'],
		['`@tsgotrace/exec/control`, with the recorder', 'control'],
	].map(([title, name]) => of(title, 'execImport', milliseconds(name)))
	const sizes = ['raw', 'gzip'].flatMap(how =>
		execRows
			.filter(([, name]) => nodes.some(({ major }) => bytes[how][major]?.[name] !== undefined))
			.map(([title, name]) => [
				`${title}${how === 'gzip' ? ', compressed by `-o x.gz`' : ''}`,
				...nodes.map(({ major }) =>
					bytes[how][major]?.[name] === undefined ? '' : String(quantile(bytes[how][major][name], 0.5)),
				),
			]),
	)
	return `## Following tasks

A fastify server whose requests have 27 awaits, two turns of the loop, a file and five regions, and eight clients that ask as fast as it answers. ${measured.processes} time(s) on each
Node version: each row has a server of its own, which has served ${measured.warmup} requests before; then they take turns of ${measured.turn} requests, ${measured.rounds} each. Processor time of a request, of all threads, as a multiple of that with nothing
recorded. A row of what Node takes has a server with the same store, channels, hooks and sampler as the row above it, but with functions that do nothing
(\`lib/exec-floor.mjs\`): what asks Node for the same cannot take less. ${versionsText(exec.versions)}.

${table(exec, 'Processor time of a request', ratios('execServer'))}

${markdownTable(['Bytes a request', ...nodes.map(({ major }) => `Node ${major}`)], sizes)}

A task that does nothing but await, three calls deep: the worst case.

${table(exec, 'Processor time of an await', ratios('execLoop'))}

Not measured here, since it follows Tokio: dial9 0.5 publishes about 50 ns a poll, 3.2 % fewer requests a second, 6 to 16 bytes an event and 20 to 35 bytes a request, in a format of its own.

The first import in a process, in milliseconds of the processor.

${table(exec, 'Import', imported)}
`
}
