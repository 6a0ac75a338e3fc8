// node bench/table.mjs [--check]
//
// Writes the cost table of the README, between its markers, from bench/results. --check writes nothing and fails if it is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/build.mjs'
import { figure, markdownTable, ns, plusNs, times } from './lib/format.mjs'
import { find, more, ratio, readResults } from './lib/results.mjs'
import { quantile, spread } from './lib/stats.mjs'

/** The spread is in results.md; here the medians do. */
const middle = s => ({ median: s.median, min: s.median, max: s.median })
const ofNone = name => row => times(middle(ratio(row, name, 'none')))
const aboveNone = name => row => plusNs(middle(more(row, name, 'none')))

/** @type {[title: string, section: 'hot' | 'peers', wanted: object, value: (row: import('./lib/processes.mjs').Row) => string][]} */
const rows = [
	['A 4 ns function with an event that nobody listens to, ES modules', 'hot', { spec: 'event' }, ofNone('event')],
	['… an empty exported function in its place: what the call itself costs', 'hot', { spec: 'event' }, ofNone('empty')],
	['… CommonJS', 'hot', { spec: 'built', build: 'cjs' }, ofNone('event')],
	['… bundled by esbuild', 'hot', { spec: 'built', build: 'bundle' }, ofNone('event')],
	['… through a local const', 'hot', { spec: 'alias' }, ofNone('alias')],
	['… after a probe was attached and detached', 'hot', { spec: 'event', phase: 'after' }, ofNone('event')],
	['One probe: more than without the event', 'hot', { spec: 'event', phase: 'one' }, aboveNone('event')],
	['Four probes', 'hot', { spec: 'event', phase: 'four' }, aboveNone('event')],
	['Attach and detach a probe', 'hot', { spec: 'pair', workload: 'pair' }, row => ns(middle(spread(row.ns.locked)))],
	['diagnostics_channel, nobody listens: more than without it', 'peers', { spec: 'channelGuarded' }, aboveNone('channelGuarded')],
	['diagnostics_channel, one subscriber', 'peers', { spec: 'channelGuarded', phase: 'one' }, aboveNone('channelGuarded')],
	['diagnostics_channel, four subscribers', 'peers', { spec: 'channelGuarded', phase: 'four' }, aboveNone('channelGuarded')],
	['diagnostics_channel, subscribe and unsubscribe', 'hot', { spec: 'pair', workload: 'pair' }, row => ns(middle(spread(row.ns.channels)))],
	['EventEmitter, nobody listens', 'peers', { spec: 'emitter' }, aboveNone('emitter')],
	['debug, disabled', 'peers', { spec: 'debug' }, aboveNone('debug')],
	['OpenTelemetry API without SDK, `startSpan().end()`', 'peers', { spec: 'otelSpan' }, aboveNone('otelSpan')],
	['`performance.mark()`', 'peers', { spec: 'mark' }, aboveNone('mark')],
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
	const generator = markdownTable(
		[`${gen.tree.files.toLocaleString('en')} files, ${gen.tree.events} events`, 'median', 'peak memory'],
		[
			...gen.rows.map(({ name, missing, ms, mb }) =>
				missing
					? [name, missing, '']
					: [name, `${figure(quantile(ms, 0.5))} ms`, mb.length > 0 ? `${figure(Math.max(...mb))} MB` : 'unknown'],
			),
			[
				'tsgotrace gen --watch, from a saved source to its ztrace.ts',
				`${figure(quantile(gen.watch.ms, 0.5))} ms`,
				gen.watch.mb === null ? 'unknown' : `${figure(gen.watch.mb)} MB`,
			],
		],
	)
	return `${cost}\n\n${generator}\n\n${hot.machine.cpu}, ${hot.machine.cpus} processors. How it was measured, the spread, and more: [bench/results](bench/results/results.md).`
}

const markers = /(<!-- bench:start -->\n)[^]*?(<!-- bench:end -->)/

const results = readResults()
for (const [section, read] of Object.entries(results))
	if (read === null) throw new Error(`there is no bench/results/${section}.json: npm run bench`)
const readme = join(root, 'README.md')
const text = readFileSync(readme, 'utf8')
if (!markers.test(text)) throw new Error('README.md has no <!-- bench:start --> and <!-- bench:end -->')
const updated = text.replace(markers, (_all, start, end) => `${start}\n${costTable(results)}\n\n${end}`)
if (!process.argv.includes('--check')) writeFileSync(readme, updated)
else if (updated !== text) {
	console.error('the cost table of README.md is out of date: node bench/table.mjs')
	process.exitCode = 1
}
