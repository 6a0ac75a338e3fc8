// node bench/run.mjs [hot|peers|gen|explore|record|traces|exec]... [--quick] [--node 20,22,24,26] [--processes N]
//
// Measures and writes bench/results/<section>.json and results.md. A quick run is a smoke test: it is printed and not
// kept. --processes: how many of each Node version measure `hot`, `peers`, `record` and `exec`: 5 if it is not given, 3
// for `exec`. What is written says how many there were.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildFixture, generate, root } from './lib/build.mjs'
import { execMethod, measureExec } from './lib/exec.mjs'
import { measureExplore } from './lib/explore.mjs'
import { measureGen } from './lib/gen.mjs'
import { machine } from './lib/machine.mjs'
import { findNode } from './lib/nodes.mjs'
import { measure } from './lib/processes.mjs'
import { measureRecord, recordMethod } from './lib/record.mjs'
import { readResults, resultsDir, writeResult } from './lib/results.mjs'
import { shape } from './lib/shape.mjs'
import { appsOf, hot, peers } from './lib/specs.mjs'
import { measureTraces } from './lib/traces.mjs'
import { versionsOf } from './lib/versions.mjs'
import { report } from './report.mjs'

const sections = ['hot', 'peers', 'gen', 'explore', 'record', 'traces', 'exec']
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		quick: { type: 'boolean', default: false },
		node: { type: 'string', default: '20,22,24,26' },
		processes: { type: 'string' },
	},
})
const wanted = positionals.length === 0 ? sections : positionals
for (const section of wanted)
	if (!sections.includes(section)) throw new Error(`no section ${section}: ${sections.join(', ')}`)

const processes = values.processes === undefined ? undefined : Number(values.processes)
const method = values.quick
	? { processes: 1, places: 0, warmup: 60, batches: 40, batch: 20_000 }
	: { processes: processes ?? 5, places: Math.ceil((processes ?? 5) * 1.6), warmup: 550, batches: 200, batch: 40_000 }
const cache = join(root, 'bench/.cache')
const fixture = join(cache, 'fixture')
const out = values.quick ? join(cache, 'quick') : resultsDir

const nodes = values.node.split(',').flatMap(major => {
	const node = findNode(Number(major))
	if (node === null) console.error(`Node ${major} cannot be had here: skipped`)
	return node ?? []
})

const started = performance.now()
function progress(done, of, what) {
	const seconds = Math.round((performance.now() - started) / 1000)
	const line = `${seconds} s: ${done + 1} of ${of}: ${what}`
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
	else if (done % 20 === 0) console.error(line)
}

if (wanted.some(section => section === 'hot' || section === 'peers')) {
	generate()
	await buildFixture(fixture, appsOf([...hot, ...peers]))
}
if (values.quick) rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const shapes = () => Object.fromEntries(nodes.map(({ major, path }) => [major, shape(fixture, path)]))
const measurements = {
	hot: () => ({
		versions: versionsOf(['typescript', 'esbuild']),
		rows: measure(fixture, hot, nodes, method, progress),
		shape: shapes(),
	}),
	peers: () => ({
		versions: versionsOf(['debug', 'tapable', '@opentelemetry/api']),
		rows: measure(fixture, peers, nodes, method, progress),
	}),
	gen: () => measureGen(values.quick, progress),
	explore: () => ({ versions: versionsOf(['fast-check']), ...measureExplore(nodes, values.quick, progress) }),
	record: () => measureRecord(nodes, recordMethod(values.quick, processes), values.quick, progress),
	traces: () => measureTraces(values.quick, progress),
	exec: () => measureExec(nodes, execMethod(values.quick, processes), progress),
}
for (const section of wanted) {
	const head = { machine: machine(), method, nodes: nodes.map(({ major, version }) => ({ major, version })) }
	writeResult(out, section, { ...head, ...(await measurements[section]()) })
}
const text = report(readResults(out))
writeFileSync(join(out, 'results.md'), text)
if (process.stderr.isTTY) process.stderr.write('\n')
console.log(text)
