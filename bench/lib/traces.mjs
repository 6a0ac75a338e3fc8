// How fast traces are read, printed, summarised and converted, and with how much memory: each by the tool in a separate
// process, on a recording that the recorder makes here; and what live export and stacks in profiles cost.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cli } from './build.mjs'
import { readResults } from './results.mjs'

const usageReport = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.USAGE,JSON.stringify(process.resourceUsage())))`
const read = fileURLToPath(new URL('read-child.mjs', import.meta.url))
const costsOf = fileURLToPath(new URL('costs-child.mjs', import.meta.url))
const formats = ['chrome', 'speedscope', 'pprof', 'otlp', 'zipkin', 'csv', 'jsonl']

/**
 * @typedef {object} TraceRow
 * @property {string} name
 * @property {number} rate megabytes of the trace a second
 * @property {number} events a second
 * @property {number} cpu ns of an event
 * @property {number} memory megabytes
 */

/**
 * @param {boolean} quick
 * @param {(done: number, of: number, what: string) => void} progress
 */
export async function measureTraces(quick, progress) {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-traces-'))
	try {
		return await measureIn(dir, quick ? 2e6 : 100e6, progress)
	} finally {
		rmSync(dir, { recursive: true })
	}
}

async function measureIn(dir, bytes, progress) {
	const path = join(dir, 'app.perfetto-trace')
	const commands = [
		{ name: 'read, and nothing else', command: [read] },
		...['print', 'print --json', 'summary', ...formats.map(to => `convert --to ${to}`)].map(name => ({
			name,
			command: [cli, ...name.split(' '), ...(name.startsWith('convert') ? ['-o', join(dir, 'out')] : [])],
		})),
	]
	const steps = commands.length + 2
	progress(0, steps, 'traces: record')
	const events = await recordTrace(path, bytes)
	const megabytes = statSync(path).size / 1e6
	const rows = commands.map(({ name, command }, i) => {
		progress(i + 1, steps, `traces: ${name}`)
		return { name, ...measure(dir, [...command, path], events, megabytes) }
	})
	progress(steps - 1, steps, 'traces: live export, stacks')
	const costs = JSON.parse(execFileSync(process.execPath, [costsOf], { encoding: 'utf8' }))
	// What was measured once on 2 GB stays.
	const huge = readResults().traces?.huge
	return { node: process.version, file: { megabytes: Math.round(megabytes), events }, rows, costs, huge }
}

/** Half of the events are ends and begins of slices, the others have three arguments. */
async function recordTrace(path, bytes) {
	const { record } = await import('@tsgotrace/record')
	const { event } = await import('@tsgotrace/runtime/gen1')
	const declare = (id, ...params) =>
		event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'src/db.ts:1', async: false })
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

/** @returns {Omit<TraceRow, 'name'>} */
function measure(dir, command, events, megabytes) {
	const usage = join(dir, 'usage')
	const started = performance.now()
	const { status, stderr } = spawnSync(
		process.execPath,
		[`--import=data:text/javascript,${encodeURIComponent(usageReport)}`, ...command],
		{
			env: { ...process.env, USAGE: usage },
			stdio: ['ignore', 'ignore', 'pipe'],
			encoding: 'utf8',
		},
	)
	if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
	const seconds = (performance.now() - started) / 1000
	const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, 'utf8'))
	return {
		rate: Math.round(megabytes / seconds),
		events: Math.round(events / seconds),
		cpu: Math.round(((userCPUTime + systemCPUTime) * 1000) / events),
		memory: Math.round(maxRSS / 1024),
	}
}
