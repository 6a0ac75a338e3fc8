// node bench/table.mjs [--check]
//
// Writes the cost tables of README.md and docs/recording.md, between their markers, from bench/results. --check writes
// nothing and fails if it is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/build.mjs'
import { figure, fineTimes, markdownTable, ms, ns, plusNs, times } from './lib/format.mjs'
import { recordRows, sizesTable } from './lib/recordtext.mjs'
import { find, more, ratio, readResults } from './lib/results.mjs'
import { quantile, spread } from './lib/stats.mjs'

/** The spread is in results.md; here the medians do. */
const middle = s => ({ median: s.median, min: s.median, max: s.median })
const ofNone = name => row => times(middle(ratio(row, name, 'none')))
const aboveNone = name => row => plusNs(middle(more(row, name, 'none')))

/**
 * @type
 * {[title: string, section: 'hot' | 'peers', wanted: object, value: (row: import('./lib/processes.mjs').Row) => string][]}
 */
const rows = [
	['A 4 ns function with an unattached event', 'hot', { spec: 'event' }, ofNone('event')],
	['One probe attached: added time', 'hot', { spec: 'event', phase: 'one' }, aboveNone('event')],
	[
		'`diagnostics_channel`, no subscriber: added time',
		'peers',
		{ spec: 'channelGuarded' },
		aboveNone('channelGuarded'),
	],
	[
		'`diagnostics_channel`, one subscriber',
		'peers',
		{ spec: 'channelGuarded', phase: 'one' },
		aboveNone('channelGuarded'),
	],
	['OpenTelemetry API without SDK, `startSpan().end()`', 'peers', { spec: 'otelSpan' }, aboveNone('otelSpan')],
]

function costTable({ hot, peers, gen }) {
	const sections = { hot, peers }
	const cost = markdownTable(
		['', ...hot.nodes.map(({ major }) => `Node ${major}`)],
		rows.map(([title, section, wanted, value]) => [
			title,
			...hot.nodes.map(({ major }) => value(find(sections[section], { ...wanted, node: major }))),
		]),
	)
	const unchanged = gen.rows.find(({ name }) => name === 'tsgotrace gen, nothing changed')
	const generator = `\`tsgotrace gen\` with nothing to do in ${gen.tree.files.toLocaleString('en')} files: ${figure(quantile(unchanged.ms, 0.5))} ms; from a saved source to its \`ztrace.ts\` with \`--watch\`: ${figure(quantile(gen.watch.ms, 0.5))} ms.`
	return `${cost}\n\n${generator}\n\n${hot.machine.cpu}, ${hot.machine.cpus} processors. How it was measured, the spread, and more: [bench/results](bench/results/results.md).`
}

/**
 * Medians of an event, of which every second has four arguments. Times of the processor, so that threads are in them.
 */
function recordingTable(record) {
	const { machine, nodes } = record
	const each = (title, spec, value) => [
		title,
		...nodes.map(({ major }) => value(find(record, { spec, node: major, phase: 'recorded', workload: 'mixed' }))),
	]
	const cost = markdownTable(
		['', ...nodes.map(({ major }) => `Node ${major}`)],
		[
			...recordRows.map(([title, name]) => each(title, 'event', row => ns(middle(spread(row.ns[name]))))),
			each('A web server, 10,000 events/s: processor time of a request, recorded against not', 'server', row =>
				fineTimes(middle(spread(row.ns.recorded))),
			),
			each('Dump of a ring of 4 MiB', 'dump', row => ms(middle(spread(row.ns.dump.map(part => part / 1e6))))),
		],
	)
	return `${cost}\n\n${sizesTable(record)}\n\n${machine.cpu}, ${machine.cpus} processors. How it was measured, the spread, and what it was meant to cost: [bench/results](../bench/results/results.md#recording).`
}

const results = readResults()
for (const section of ['hot', 'peers', 'gen', 'record'])
	if (results[section] === null) throw new Error(`there is no bench/results/${section}.json: see bench/README.md`)
const check = process.argv.includes('--check')
update('README.md', costTable(results))
update('docs/recording.md', recordingTable(results.record))

/** Write a table between the markers of a document. */
function update(name, table) {
	const markers = /(<!-- bench:start -->\n)[^]*?(<!-- bench:end -->)/
	const path = join(root, name)
	const text = readFileSync(path, 'utf8')
	if (!markers.test(text)) throw new Error(`${name} has no <!-- bench:start --> and <!-- bench:end -->`)
	const updated = text.replace(markers, (_all, start, end) => `${start}\n${table}\n\n${end}`)
	if (updated === text) return
	if (!check) return writeFileSync(path, updated)
	console.error(`the cost table of ${name} is out of date: node bench/table.mjs`)
	process.exitCode = 1
}
