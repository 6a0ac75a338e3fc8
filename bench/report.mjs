// results.md, from the JSON files.
import { judge } from './goals.mjs'
import { execText } from './lib/exectext.mjs'
import { figure, markdownTable, ns, plusNs, times } from './lib/format.mjs'
import { recordText } from './lib/recordtext.mjs'
import { faster, findExplored, more, ratio } from './lib/results.mjs'
import { quantile, spread } from './lib/stats.mjs'
import { table, versionsText } from './lib/tables.mjs'
import { variants } from './lib/variants.mjs'

const titles = Object.fromEntries(Object.entries(variants).map(([name, { title }]) => [name, title]))
const builds = { esm: 'ES modules', cjs: 'CommonJS', bundle: 'esbuild' }
const specOf = (build, name) => (name === 'alias' ? 'alias' : build === 'esm' ? 'event' : 'built')
const phases = {
	never: '',
	other: ', another event attached',
	one: ', one probe',
	two: ', two probes',
	four: ', four probes',
	after: ', after detach',
	cycled: ', after 60 attach/detach cycles',
}

/** What a workload costs in each build, variant and phase. */
function unattached(hot, workload, value) {
	const rows = Object.keys(builds).flatMap(build => {
		const row = (name, phase) => [
			`${builds[build]}: ${titles[name]}${phases[phase]}`,
			{ spec: specOf(build, name), build, phase, workload },
			row => value(row, name),
		]
		return [
			...['again', 'empty', 'flag', 'slot']
				.filter(name => build === 'esm' || name === 'again' || name === 'empty')
				.map(name => row(name, 'never')),
			...['never', 'other', 'after', 'cycled'].map(phase => row('event', phase)),
			...['never', 'after'].map(phase => row('alias', phase)),
		]
	})
	return table(hot, 'Build and variant', rows)
}

const aboveNone = (row, name) => plusNs(more(row, name, 'none'))

function hotText(hot) {
	const one = (spec, name, wanted = {}) => [titles[name] ?? name, { spec, ...wanted }, row => aboveNone(row, name)]
	return `## An event without a probe

Built by ${versionsText(hot.versions)}.

A function of about 4 ns (FNV hash of a string of three characters), as a multiple of the same function without the event. "A second copy" is the
same text once more: what the method itself takes for a difference.

${unattached(hot, 'hash', (row, name) => times(ratio(row, name, 'none')))}

A loop of one multiplication, about 0.45 ns: ns more than without the event.

${unattached(hot, 'tight', aboveNone)}

A Map lookup with an event before and one after it, as a multiple of the lookup without them.

${unattached(hot, 'map', (row, name) => times(ratio(row, name, 'none')))}

An async function with \`if (traceSaved) await traceSaved(id)\`, as a multiple of an async function that awaits nothing.

${table(
	hot,
	'Build and variant',
	Object.keys(builds).flatMap(build =>
		[
			['again', 'never'],
			['untaken', 'never'],
			['event', 'never'],
			['event', 'after'],
		].map(([name, phase]) => [
			`${builds[build]}: ${name === 'event' ? 'pausable event' : titles[name]}${phases[phase]}`,
			{ spec: 'pausable', build, phase, workload: 'save' },
			row => times(ratio(row, name, 'none')),
		]),
	),
)}

Arguments that are computed, in the hash function: ns more than without the event.

${table(
	hot,
	'Variant',
	['event', 'template', 'templateOn', 'json', 'jsonOn'].map(name => one('arguments', name)),
)}

## Probes

The hash function: ns more than without the event. The probes' own work, one operation each, is in it.

${table(
	hot,
	'Build and probes',
	Object.keys(builds).flatMap(build =>
		['one', 'two', 'four'].map(phase => [
			`${builds[build]}${phases[phase]}`,
			{ spec: specOf(build, 'event'), build, phase },
			row => aboveNone(row, 'event'),
		]),
	),
)}

Attach and detach one probe.

${table(hot, 'Pair', [
	['all under one lock', { spec: 'pair', workload: 'pair' }, row => ns(spread(row.ns.locked))],
	['`setup` for each attach and each detach', { spec: 'pair', workload: 'pair' }, row => ns(spread(row.ns.setups))],
	[
		'diagnostics_channel, subscribe and unsubscribe',
		{ spec: 'pair', workload: 'pair' },
		row => ns(spread(row.ns.channels)),
	],
])}
`
}

function peersText(peers) {
	const names = ['flag', 'channelGuarded', 'channel', 'tapable', 'emitter', 'debug', 'otelEvent', 'otelSpan', 'mark']
	const event = ['event', ...names]
	return `## Others, in the same processes

No probe is attached. The hash function: ns more than without the call. ES modules; the peers have what they signal through in a constant of the same
module, the event is imported. ${versionsText(peers.versions)}.

${table(
	peers,
	'Variant',
	event.map(name => [titles[name], { spec: name === 'event' ? 'channelGuarded' : name }, row => aboveNone(row, name)]),
)}

The same in the loop of one multiplication.

${table(
	peers,
	'Variant',
	event.map(name => [
		titles[name],
		{ spec: name === 'event' ? 'channelGuarded' : name, workload: 'tight' },
		row => aboveNone(row, name),
	]),
)}

With subscribers, which do one operation each. The hash function: ns more than without the call.

${table(
	peers,
	'Variant',
	['one', 'two', 'four', 'after', 'cycled'].flatMap(phase =>
		['event', 'channelGuarded', 'tapable', 'emitter'].map(name => [
			`${titles[name]}${phases[phase]}`,
			{ spec: name === 'event' ? 'channelGuarded' : name, phase },
			row => aboveNone(row, name),
		]),
	),
)}
`
}

function genText({ tree, versions, rows, watch }) {
	const cells = rows.map(({ name, missing, ms, mb }) =>
		missing
			? [name, missing, '', '', '']
			: [
					name,
					`${figure(Math.min(...ms))} ms`,
					`${figure(quantile(ms, 0.5))} ms`,
					mb.length > 0 ? `${figure(Math.max(...mb))} MB` : 'unknown',
					String(ms.length),
				],
	)
	return `## The generator

${tree.files} files (${figure(tree.bytes / tree.files / 1000)} KB each) in ${tree.directories} directories of ${tree.packages} npm packages; ${tree.events} events in ${tree.traced} files. ${versionsText(versions)}. The start of the process is included, the files are in the page cache, runs are interleaved and may use all
processors.

${markdownTable(['Command', 'min', 'median', 'peak memory', 'runs'], cells)}

Watch mode, from a saved source to the new ztrace.ts on the disk: p50 ${figure(quantile(watch.ms, 0.5))} ms, p95 ${figure(quantile(watch.ms, 0.95))} ms
(${watch.ms.length} changes)${watch.mb === null ? '' : `, peak memory ${figure(watch.mb)} MB`}.
`
}

const around = {
	small: '2 tasks of 3 steps beside it, the second update 3 steps later',
	deep: 'behind 40 steps, beside 6 tasks of 20 steps',
}

/** `4 in 1.5 ms`, `none of 1,170 in 2000 ms` */
function foundText(all) {
	const runs = spread(all.map(found => found.runs))
	const ms = spread(all.map(found => found.ms))
	const some = all.filter(({ found }) => found).length
	const taken = `${runs.min === runs.max ? runs.max : `${runs.min}..${runs.max}`} in ${figure(ms.median)} ms`
	return some === all.length ? taken : `${some === 0 ? 'not' : `${some} times of ${all.length}`} found: ${taken}`
}

function exploreText(section) {
	const rows = Object.keys(around).flatMap(body => {
		const cells = value =>
			section.nodes.map(({ major }) => {
				const row = findExplored(section, { body, node: major })
				return row ? value(row) : ''
			})
		// Older results do not have the controlled search.
		const rates = (who, title) =>
			section.rows.some(({ perSecond }) => perSecond[who] === undefined)
				? []
				: [[`${body}: ${title}, schedules a second`, ...cells(row => figure(spread(row.perSecond[who]).median))]]
		return [
			...rates('verify', '`verify`'),
			...rates('controlled', 'one task at a time (`natural: 0`)'),
			...rates('fastCheck', 'fast-check'),
			[`${body}: times as many`, ...cells(row => times(faster(row)))],
			[`${body}: \`verify\` finds the mistake after`, ...cells(row => foundText(row.finding.verify))],
			[`${body}: fast-check`, ...cells(row => foundText(row.finding.fastCheck))],
		]
	})
	const { plan, versions } = section
	return `## Exploration of schedules

A lost update: small (${around.small}) and deep (${around.deep}). The fixed bodies are executed under one schedule after the other, by \`verify\` and by the
scheduler of fast-check ${versions['fast-check']}, in alternating processes, ${plan.processes} of each, with another seed in each: ${plan.slices} slices of ${plan.slice} ms after ${plan.warmup} ms of warm-up, of which the median
counts. A second is one of processor time. Of the broken ones it counts how many schedules are executed until the mistake is found, cold, and within ${plan.cap} ms.

${markdownTable(['', ...section.nodes.map(({ major }) => `Node ${major}`)], rows)}
`
}

/**
 * @param
 * {{ node: string, file: { megabytes: number, events: number }, rows: import('./lib/traces.mjs').TraceRow[], costs: any, huge: any }}
 * section
 */
function tracesText({ node, file, rows, costs: { live, stack }, huge }) {
	const head = ['', 'MB/s', 'events/s', 'ns of processor an event', 'MB of memory']
	const number = n => n.toLocaleString('en')
	const text = `## Traces

A recording of ${number(file.events)} events, ${file.megabytes} MB, half of them ends and begins of slices, on Node ${node.slice(1)}: each command once, in a process of its own, its start
included.

${markdownTable(
	head,
	rows.map(({ name, rate, events, cpu, memory }) => [name, number(rate), number(events), number(cpu), number(memory)]),
)}

Live export to an OpenTelemetry collector: ${live.later} µs of the processor an event, ${live.first} µs at first. A stack of ${stack.frames} frames in a profile: ${stack.each} µs.
`
	if (huge === undefined) return text
	return `${text}
Of ${number(huge.megabytes)} MB, once (${huge.command}):

${markdownTable(
	['', 'MB/s', 'MB of memory'],
	huge.rows.map(({ name, rate, memory }) => [name, number(rate), number(memory)]),
)}
`
}

function machineText({ machine, method, nodes }) {
	return `${machineOf({ machine })}; Node ${nodes.map(n => n.version.slice(1)).join(', ')}. Each figure is the
median of ${method.processes} process(es), with the least and the greatest after it; of ${method.processes + method.places} for the hash function with an event that was
never attached: where V8 happens to place the code makes it up to 1.19 times slower, as the rows of the second copy show. In a process all variants of a row run in alternating batches of
${method.batch / 1000} µs, ${method.batches} of each after ${method.warmup} ms of warm-up, and the 10th percentile counts${machine.pinned ? '; processes are kept on one processor' : ''}. Ratios and
differences are always of one process.
`
}

function goalsText(results) {
	const nodes = [results.hot, results.peers, results.explore, results.record]
		.flatMap(section => section?.nodes ?? [])
		.map(({ major }) => major)
	const majors = [...new Set(nodes)].sort((a, b) => a - b)
	const head = ['Goal', 'What', 'Limit', ...majors.map(major => `Node ${major}`), '']
	return `## Goals

Medians decide. A part that adds less than 0.05 ns counts as 0.05 ns where something is "times less": it cannot be distinguished from nothing.

${markdownTable(head, judge(results, majors), column => column < 3 || column > 2 + majors.length)}
`
}

const machineOf = ({ machine }) => `${machine.cpu}, ${machine.cpus} processors, ${machine.memory}, ${machine.os}`

/** Sections are measured at different times: where the machine was not that of the first one, the text says so. */
function placed(text, section, first) {
	if (machineOf(section) === machineOf(first)) return text
	return text.replace('\n\n', `\n\nMeasured on ${machineOf(section)}.\n\n`)
}

/** @param {ReturnType<import('./lib/results.mjs').readResults>} results */
export function report(results) {
	const { hot, peers, gen, explore, record, traces, exec } = results
	const any = hot ?? peers ?? gen ?? explore ?? record ?? traces ?? exec
	const parts = [
		`# What it costs\n\nWritten by \`npm run bench\`. README's table is made from the same figures by \`node bench/table.mjs\`.\n\n${machineText(any)}`,
	]
	if (hot ?? peers ?? explore ?? record) parts.push(goalsText(results))
	const add = (section, text) => {
		if (section) parts.push(placed(text(section), section, any))
	}
	add(hot, hotText)
	add(peers, peersText)
	add(gen, genText)
	add(explore, exploreText)
	add(record, recordText)
	add(traces, tracesText)
	add(exec, execText)
	return parts.join('\n')
}
