// node bench/traces.mjs [--mb 100] [--keep]
//
// How fast traces are read, printed, summarised and converted, and with how much memory: each by the tool in a process of its own, on a
// recording that the recorder makes here; and what live export and stacks in profiles cost. --keep writes bench/results/traces.json.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './lib/build.mjs'
import { machine } from './lib/machine.mjs'

const { values } = parseArgs({ options: { mb: { type: 'string', default: '100' }, keep: { type: 'boolean', default: false } } })
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-traces-'))
const report = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.USAGE,JSON.stringify(process.resourceUsage())))`

try {
	const path = join(dir, 'app.perfetto-trace')
	const events = await recordTrace(path, Number(values.mb) * 1e6)
	const megabytes = statSync(path).size / 1e6
	const file = { megabytes: Math.round(megabytes), events }
	const commands = [
		['read', [join(import.meta.dirname, 'lib/read.mjs')]],
		['summary', ['summary']],
		['print', ['print']],
		['print --json', ['print', '--json']],
		...['chrome', 'pprof', 'otlp', 'csv', 'speedscope'].map(to => [`convert --to ${to}`, ['convert', '--to', to, '-o', join(dir, 'out')]]),
	]
	const rows = commands.map(([name, args]) => ({ name, ...measure(args, path, events, megabytes) }))
	console.log(`${file.events.toLocaleString('en')} events, ${file.megabytes} MB, Node ${process.version}, ${JSON.stringify(machine())}`)
	console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])))
	const costs = JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, 'lib/costs.mjs')], { encoding: 'utf8' }))
	console.log('live to OTLP, us of CPU an event:', costs.live, 'a stack, us of CPU:', costs.stack)
	if (values.keep) {
		const kept = join(root, 'bench/results/traces.json')
		// What was measured once on 2 GB stays.
		const { huge } = JSON.parse(readFileSync(kept, 'utf8'))
		const result = { machine: machine(), node: process.version, file, rows, costs, huge }
		writeFileSync(kept, `${JSON.stringify(result, null, '\t')}\n`)
	}
} finally {
	rmSync(dir, { recursive: true })
}

/** Half of the events are ends and begins of slices, the others have three arguments. */
async function recordTrace(path, bytes) {
	const { record } = await import('@tsgotrace/record')
	const { event } = await import('@tsgotrace/runtime/gen1')
	const declare = (id, ...params) => event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'src/db.ts:1', async: false })
	const row = declare('shop/db:traceRow', 'sql: string', 'n: number', 'ok: boolean')
	const begin = declare('shop/db:traceQueryBegin', 'id: number', 'sql: string')
	const end = declare('shop/db:traceQueryEnd', 'id: number')
	const recorder = record({ events: 'shop/**', to: path })
	const signal = (descriptor, ...args) => descriptor.probes[0].fn(...args)
	let events = 0
	while (recorder.stats.bytes < bytes) {
		for (let i = 0; i < 10_000; i++, events += 4) {
			const sql = `select ${i % 200} from orders where id = ?`
			signal(begin, i, sql)
			signal(row, sql, Math.sqrt(i), i % 3 === 0)
			signal(row, sql, i, false)
			signal(end, i)
		}
	}
	recorder.stop()
	return events
}

function measure(args, path, events, megabytes) {
	const usage = join(dir, 'usage')
	const command = args[0].endsWith('.mjs') ? [...args, path] : [join(root, 'cmd/bin/tsgotrace.js'), ...args, path]
	const env = { ...process.env, USAGE: usage }
	const started = performance.now()
	const { status, stderr } = spawnSync(process.execPath, [`--import=data:text/javascript,${encodeURIComponent(report)}`, ...command], {
		env,
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	})
	if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
	const seconds = (performance.now() - started) / 1000
	const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, 'utf8'))
	return {
		'MB/s': Math.round(megabytes / seconds),
		'events/s': Math.round(events / seconds),
		'ns CPU/event': Math.round(((userCPUTime + systemCPUTime) * 1000) / events),
		'MB of memory': Math.round(maxRSS / 1024),
	}
}
