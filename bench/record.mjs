// node bench/record.mjs [--node 20,22,24,26] [--quick] [--keep]
//
// What recording an event costs, and what the same costs with what else people use. All in one process, in alternating batches; the spread is over
// the batches. Times are of the processor (user and system, all threads), not of the clock on the wall.
// --keep writes bench/results/record.json, which the table in docs/recording.md is made of.
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { machine } from './lib/machine.mjs'
import { findNode, run } from './lib/nodes.mjs'
import { resultsDir, writeResult } from './lib/results.mjs'
import { quantile, round } from './lib/stats.mjs'

const { values } = parseArgs({
	options: {
		node: { type: 'string', default: '20' },
		quick: { type: 'boolean', default: false },
		child: { type: 'boolean', default: false },
		keep: { type: 'boolean', default: false },
	},
})

if (values.child) console.log(JSON.stringify(await child()))
else {
	const kept = { machine: machine(), nodes: [] }
	console.log(JSON.stringify(kept.machine))
	for (const major of values.node.split(',')) {
		const node = findNode(Number(major))
		if (node === null) {
			console.error(`Node ${major} cannot be had here: skipped`)
			continue
		}
		const { rows, sizes } = JSON.parse(run(node.path, [import.meta.filename, '--child', ...(values.quick ? ['--quick'] : [])]))
		const shown = Object.entries(rows).map(([name, ns]) => [name, ['0.5', '0.1', '0.9'].map(q => round(quantile(ns, Number(q))))])
		kept.nodes.push({ major: Number(major), version: node.version, rows: Object.fromEntries(shown), sizes })
		const clock = rows.clock
		const ours = rows['file: query and tick']
		console.log(`\nNode ${node.version}: ns of processor time an event, median (10th..90th percentile); in clock reads; in ours`)
		for (const [name, ns] of Object.entries(rows)) {
			const median = quantile(ns, 0.5)
			const range = `${quantile(ns, 0.1).toFixed(1)}..${quantile(ns, 0.9).toFixed(1)}`
			const inClocks = `${(median / quantile(clock, 0.5)).toFixed(2)}x`
			console.log(
				name.padEnd(48),
				median.toFixed(1).padStart(9),
				`(${range})`.padEnd(20),
				inClocks.padStart(9),
				`${(median / quantile(ours, 0.5)).toFixed(2)}x`.padStart(9),
			)
		}
		console.log(`bytes an event: ${JSON.stringify(sizes)}`)
	}
	if (values.keep) writeResult(resultsDir, 'record', kept)
}

async function child() {
	const { record } = await import('@tsgotrace/record')
	const { event } = await import('@tsgotrace/runtime/gen1')
	const { Tracer } = (await import('chrome-trace-event')).default ?? (await import('chrome-trace-event'))
	const { default: pino } = await import('pino')
	// The one that the exports are tested with: the newest API, which another bench has, is too new for it.
	const { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } = createRequire(
		new URL('../packages/record/package.json', import.meta.url),
	)('@opentelemetry/sdk-trace-base')
	const dir = mkdtempSync(join(tmpdir(), 'bench-record-'))
	const now = performance.now.bind(performance)

	// As the generator writes them, for one probe.
	const declare = (id, params) => event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'x.ts:1', async: false })
	const stub4 = e => {
		const deliver = (a, b, c, d) => {
			const probes = e.probes
			const f = probes[0].fn
			try {
				f(a, b, c, d)
			} catch {}
		}
		return (a, b, c, d) => {
			if (e.probes !== null) deliver(a, b, c, d)
		}
	}
	const stub0 = e => {
		const deliver = () => {
			const probes = e.probes
			const f = probes[0].fn
			try {
				f()
			} catch {}
		}
		return () => {
			if (e.probes !== null) deliver()
		}
	}
	const query = kind => declare(`${kind}:traceQuery`, ['sql: string', 'rows: number', 'ms: number', 'ok: boolean'])
	const tick = kind => declare(`${kind}:traceTick`, [])
	const make = kind => [
		stub4(query(kind)),
		stub0(tick(kind)),
		stub4(declare(`${kind}:traceNumbers`, ['a: number', 'b: number', 'c: number', 'd: number'])),
	]

	const N = 20_000
	const strings = Array.from({ length: 200 }, (_, i) => `SELECT * FROM table_${i} WHERE id = ? AND name = ? ORDER BY id LIMIT 10 -- ${i}`)
	const sqls = Array.from({ length: N }, () => strings[Math.floor(200 * Math.random() ** 3)])
	const ms = Float64Array.from({ length: N }, () => Math.random() * 100)

	const path = join(dir, 'ours.perfetto-trace')
	const [fileQuery, fileTick, fileNumbers] = make('file')
	const file = record({ events: 'file:*', to: path })
	const [ringQuery, ringTick] = make('ring')
	const ring = record({ events: 'ring:*', to: { ring: 4 << 20, dumpTo: join(dir, 'flight-%n.perfetto-trace') } })
	const [memoryQuery, memoryTick] = make('memory')
	const memory = record({ events: 'memory:*', to: () => {} })

	const chromePath = join(dir, 'chrome.json')
	const chrome = new Tracer()
	const chromeOut = createWriteStream(chromePath)
	chrome.pipe(chromeOut)
	const logger = pino(pino.destination({ dest: join(dir, 'pino.log'), sync: true, minLength: 16_384, maxWrite: 65_536 }))
	const exporter = new InMemorySpanExporter()
	const provider = new BasicTracerProvider({
		spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 1e7, scheduledDelayMillis: 1e9 })],
	})
	const tracer = provider.getTracer('bench')

	let sink = 0
	const batches = {
		clock: i => {
			sink += now()
			sink += i & 1
		},
		'file: query and tick': i => (i & 1 ? fileQuery(sqls[i], i, ms[i], (i & 2) === 0) : fileTick()),
		'file: tick, no arguments': () => fileTick(),
		'file: four numbers': i => fileNumbers(i, i & 127, ms[i], 7),
		'file: query, a string of 200 and three more': i => fileQuery(sqls[i], i, ms[i], (i & 2) === 0),
		'to nowhere: query and tick': i => (i & 1 ? memoryQuery(sqls[i], i, ms[i], (i & 2) === 0) : memoryTick()),
		'ring: query and tick': i => (i & 1 ? ringQuery(sqls[i], i, ms[i], (i & 2) === 0) : ringTick()),
		'performance.mark': i =>
			i & 1 ? performance.mark('query', { detail: { sql: sqls[i], rows: i, ms: ms[i], ok: (i & 2) === 0 } }) : performance.mark('tick'),
		'chrome-trace-event, to a file': i =>
			i & 1
				? chrome.instantEvent({ name: 'query', cat: ['app'], args: { sql: sqls[i], rows: i, ms: ms[i], ok: (i & 2) === 0 } })
				: chrome.instantEvent({ name: 'tick', cat: ['app'] }),
		'pino, to a file, synchronous': i =>
			i & 1 ? logger.info({ sql: sqls[i], rows: i, ms: ms[i], ok: (i & 2) === 0 }, 'query') : logger.info('tick'),
		'OpenTelemetry SDK span, batched, in memory': i =>
			i & 1
				? tracer.startSpan('query', { attributes: { sql: sqls[i], rows: i, ms: ms[i], ok: (i & 2) === 0 } }).end()
				: tracer.startSpan('tick').end(),
	}
	// What a batch leaves behind is written, or thrown away, as part of its cost where it is written, and after it where it is only memory.
	const after = {
		'performance.mark': () => performance.clearMarks(),
		'OpenTelemetry SDK span, batched, in memory': async () => {
			await provider.forceFlush()
			exporter.reset()
		},
		'chrome-trace-event, to a file': async () => {
			while (chrome.readableLength > 0 || chromeOut.writableLength > 0) await new Promise(resolve => setImmediate(resolve))
		},
	}
	const rows = Object.fromEntries(Object.keys(batches).map(name => [name, []]))
	const rounds = values.quick ? 8 : 40
	// A loop of its own for each: one that has met many callees calls none of them directly.
	const loops = Object.fromEntries(
		// oxlint-disable-next-line typescript/no-implied-eval -- the same code many times, compiled for each apart
		Object.keys(batches).map(name => [name, new Function('batch', 'N', 'for (let i = 0; i < N; i++) batch(i)')]),
	)
	for (let round = 0; round < rounds; round++)
		for (const [name, batch] of Object.entries(batches)) {
			const before = process.cpuUsage()
			loops[name](batch, N)
			await after[name]?.()
			const { user, system } = process.cpuUsage(before)
			if (round >= rounds / 4) rows[name].push(((user + system) * 1000) / N)
		}
	file.stop()
	ring.stop()
	memory.stop()
	chrome.flush()
	await new Promise(resolve => setTimeout(resolve, 200))
	const share = (at, events) => {
		const size = statSync(at).size
		return { raw: +(size / events).toFixed(1), gzip: +(gzipSync(readFileSync(at), { level: 6 }).length / events).toFixed(1) }
	}
	const sizes = { ours: share(path, file.stats.recorded), 'chrome-trace-event': share(chromePath, N * rounds) }
	globalThis.sink = sink
	rmSync(dir, { recursive: true })
	return { rows, sizes }
}
