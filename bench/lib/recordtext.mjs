// What recording costs, as text.
import { figure, fineTimes, markdownTable, ms, ns, times } from './format.mjs'
import { ratio } from './results.mjs'
import { quantile, spread } from './stats.mjs'
import { table, versionsText } from './tables.mjs'

/** The measurements of recording, in the order of the report. */
export const recordRows = [
	['Reading the clock, which is part of each', 'clock'],
	['An event recorded to a file', 'file'],
	['… without arguments', 'tick'],
	['… with four numbers', 'numbers'],
	['… with one of 200 strings, two numbers and a boolean', 'query'],
	['… with a string that is in no table', 'unique'],
	['An event recorded to a ring', 'ring'],
	['An event recorded and thrown away', 'memory'],
	['`performance.mark()`, with details', 'mark'],
	['chrome-trace-event, to a file', 'chrome'],
	['pino, to a file, synchronous', 'pino'],
	['OpenTelemetry SDK, a span, batched, in memory', 'span'],
]

export function sizesTable({ nodes, sizes }) {
	const { major } = nodes.at(-1)
	return markdownTable(
		['Bytes an event', 'as written', 'gzip -6'],
		[
			['Perfetto, as recorded', 'ours'],
			['Chrome JSON, by chrome-trace-event', 'chrome'],
			['OTLP, a span each, protobuf, 512 a request', 'otlp'],
		].map(([title, name]) => [title, figure(sizes[major][name].raw), figure(sizes[major][name].gzip)]),
	)
}

export function recordText(record) {
	const { measured } = record
	const one = (title, spec, value) => [title, { spec, phase: 'recorded', workload: 'mixed' }, value]
	const eventRows = show => recordRows.map(([title, name]) => one(title, 'event', row => show(row, name)))
	const rates = record.nodes.map(
		({ major }) => `${quantile(record.rates[major], 0.5).toLocaleString('en')} on Node ${major}`,
	)
	const turns = name => row => fineTimes(spread(row.ns[name]))
	return `## Recording

Every second event has four arguments (one of 200 strings, two numbers, a boolean), the others have none, where nothing else is said. Times are of the
processor, of all threads, user and system: what is written is written, by whomever. ${measured.processes} process(es) of each Node version: in each, all run in alternating batches
of 20,000, ${measured.rounds} of each, and the median of the last three quarters counts. Before each process a gigabyte of memory for files is used and given back: in a virtual
machine, memory that was never used takes the hypervisor 2 to 12 µs a page, whoever uses it first. ${versionsText(record.versions)}.

${table(
	record,
	'ns an event',
	eventRows((row, name) => ns(spread(row.ns[name]))),
)}

As a multiple of reading the clock, in the same process.

${table(
	record,
	'',
	eventRows((row, name) => times(ratio(row, name, 'clock'))),
)}

${sizesTable(record)}

A dump of a full ring of 4 MiB to a new file, from the call to the return; and one \`writev\` of 4 MiB to a new file, in turns with it.

${table(record, '', [
	one('Dump of a ring', 'dump', row => ms(spread(row.ns.dump.map(each => each / 1e6)))),
	one('`writev` of as many bytes', 'dump', row => ms(spread(row.ns.write.map(each => each / 1e6)))),
])}

A web server on one processor. A request takes 400 µs of it or so and signals four events, two of them those of a slice. In turns of 40 requests, ${measured.turns} of
each kind in a process, the events have no probe, have none again, are recorded to a file, or have none while the request is made 2 % longer by a loop that
waits. Each kind has served ${measured.warmup.toLocaleString('en')} requests before. The second row compares turns with those beside them that are the same: that is what the method
takes for a difference where there is none. The others are compared with the mean of these two; the last row is what the method takes for 1.02. The mean of the middle half of the turns counts. What the recorder does once a second falls on all kinds. The server had ${rates.join(', ')} events a second while it recorded.

${table(record, '', [
	one('No probe: processor time of a request', 'server', row => ms(spread(row.ns.plain.map(each => each / 1e6)))),
	one('No probe, again: against that', 'server', turns('again')),
	one('Recorded', 'server', turns('recorded')),
	one('2 % longer on purpose', 'server', turns('longer')),
])}
`
}
